from odoo import models

EVERYTHING = [(1, "=", 1)]


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _eval_context(self):
        """Add what the domains of Acorn's rules may say.

        ``units_above``: ids of the companies chosen and of all above them. ``in_shops``
        and the like narrow nothing here: who is narrowed to what, other addons tell.
        """
        context = super()._eval_context()
        return context | {
            "units_above": self.env.companies._acorn_path_ids(),
            "in_sites": lambda name: EVERYTHING,
            "in_shops": lambda name: EVERYTHING,
            "in_scope": lambda site, shop: EVERYTHING,
            "only_shops": lambda name: EVERYTHING,
            "in_units": lambda name: EVERYTHING,
        }
