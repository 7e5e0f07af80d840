from odoo import api, models

from ..channel import Refused


class ResCurrency(models.Model):
    _inherit = "res.currency"

    @api.model
    def _acorn_get(self, code):
        """Return the currency with an ISO code, switched on when it was not."""
        currency = self.with_context(active_test=False).search(
            [("name", "=", code)], limit=1
        )
        if not currency:
            raise Refused(
                f"The currency {code!r} does not exist in Odoo.",
                code="currency",
                values={"currency": code},
            )
        if not currency.active:
            # sudo: whoever gets orders in a currency needs it to be active.
            currency.sudo().active = True
        return currency
