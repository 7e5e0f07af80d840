from odoo import fields, models

from .sale_order import INVOICES


class SaleOrderLine(models.Model):
    """Asks for lines of invoices for those only who may read them."""

    _inherit = "sale.order.line"

    invoice_lines = fields.Many2many(groups=INVOICES)
