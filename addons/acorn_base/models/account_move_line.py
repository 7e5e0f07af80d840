from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    acorn_shop_id = fields.Many2one(
        related="move_id.acorn_shop_id", store=True, index="btree_not_null"
    )
    acorn_site_id = fields.Many2one(
        related="move_id.acorn_site_id", store=True, index="btree_not_null"
    )
