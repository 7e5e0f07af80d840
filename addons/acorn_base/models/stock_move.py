from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    acorn_site_id = fields.Many2one(
        related="sale_line_id.acorn_site_id", store=True, index="btree_not_null"
    )
    acorn_gift_message = fields.Text(related="sale_line_id.acorn_gift_message")
    acorn_gift_wrap = fields.Char(related="sale_line_id.acorn_gift_wrap")
