from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    # Of the orders that it bills, all of one site; refunds have them from the invoice.
    acorn_shop_id = fields.Many2one(
        "acorn.shop",
        string="Shop",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    acorn_site_id = fields.Many2one(
        "acorn.site",
        string="Site",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
