from odoo import api, models

# What would go with an offer, or forget of which it tells.
TOLD = (
    *("acorn.settlement.line", "acorn.transaction.line"),
    *("acorn.profit.day", "acorn.product.day"),
)


class AcornOffer(models.Model):
    _inherit = "acorn.offer"

    @api.model
    def _acorn_kept_with(self):
        return [*super()._acorn_kept_with(), *((name, "offer_id") for name in TOLD)]
