from odoo import models


class SaleMassCancelOrders(models.TransientModel):
    _inherit = "sale.mass.cancel.orders"

    def action_mass_cancel(self):
        """Orders that a channel still counts on are cancelled there, with a reason."""
        there = self.sale_order_ids.filtered(lambda order: order._acorn_is_open_there())
        self.sale_order_ids -= there
        result = super().action_mass_cancel()
        return there._acorn_cancel_wizard() if there else result
