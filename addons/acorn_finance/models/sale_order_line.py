from odoo import api, models

from odoo.addons.acorn_base import natures

# What a charge of an order is in the profit of its shop.
PROFIT_LINES = {
    "shipping": natures.SHIPPING_INCOME,
    "gift_wrap": natures.GIFT_WRAP_INCOME,
    "discount": natures.PROMOTIONS,
}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _acorn_not_invoiced(self):
        """Whether an invoice of it would count what is counted elsewhere."""
        mode = self.order_id.acorn_revenue_mode
        return super()._acorn_not_invoiced() or mode == "summary"

    @api.depends("order_id.acorn_revenue_mode")
    def _compute_qty_to_invoice(self):
        """Refunds of a channel's order come with settlements, not with returns."""
        result = super()._compute_qty_to_invoice()
        for line in self:
            billed = line.order_id.acorn_revenue_mode == "per_order"
            if billed and line.qty_to_invoice < 0:
                line.qty_to_invoice = 0
        return result

    @api.depends("order_id.acorn_revenue_mode")
    def _compute_invoice_status(self):
        return super()._compute_invoice_status()

    @api.depends("order_id.acorn_revenue_mode")
    def _compute_untaxed_amount_to_invoice(self):
        result = super()._compute_untaxed_amount_to_invoice()
        for line in self:
            if line._acorn_not_invoiced():
                line.untaxed_amount_to_invoice = 0
        return result

    @api.depends("order_id.acorn_revenue_mode")
    def _compute_amount_to_invoice(self):
        result = super()._compute_amount_to_invoice()
        for line in self:
            if line._acorn_not_invoiced():
                line.amount_to_invoice = 0
        return result

    def _prepare_invoice_line(self, **optional_values):
        values = super()._prepare_invoice_line(**optional_values)
        if not self.order_id.acorn_ref or self.display_type:
            return values
        site = self.order_id.acorn_site_id
        return {
            **values,
            "acorn_profit_line": PROFIT_LINES.get(self.acorn_charge, natures.SALES),
            "analytic_distribution": site._with_analytic(self.analytic_distribution),
        }
