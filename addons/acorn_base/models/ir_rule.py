from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _eval_context(self):
        """Add ``units_above``: ids of the companies chosen and of all above them."""
        context = super()._eval_context()
        return context | {"units_above": self.env.companies._acorn_path_ids()}
