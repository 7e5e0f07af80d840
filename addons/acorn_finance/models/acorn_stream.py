from odoo import api, models


class AcornStream(models.Model):
    _inherit = "acorn.stream"

    @api.model
    def _get_kinds(self):
        return [
            *super()._get_kinds(),
            ("settlement", self.env._("Settlements")),
            ("transaction", self.env._("Transactions")),
            ("payout", self.env._("Payouts")),
            ("product_day", self.env._("Advertising and Sales per Day")),
        ]
