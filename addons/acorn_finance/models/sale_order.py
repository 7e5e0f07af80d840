from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "acorn.internal", "acorn.order.billing"]

    _acorn_to_bill_index = models.Index(
        "(acorn_shop_id) WHERE acorn_revenue_mode = 'per_order'"
        " AND invoice_status = 'to invoice'"
    )

    def _create_invoices(self, grouped=False, final=False, date=None):
        """What settlements book as revenue is not invoiced as well."""
        self._acorn_refuse_to_bill()
        return super()._create_invoices(grouped=grouped, final=final, date=date)
