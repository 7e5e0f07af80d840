from odoo import models


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    def _create_invoices(self, sale_orders):
        """Down payments are invoices, too."""
        sale_orders._acorn_refuse_to_bill()
        return super()._create_invoices(sale_orders)
