from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    acorn_cost_move_id = fields.Many2one(
        "account.move",
        string="Entry of Its Cost",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="account.group_account_readonly,account.group_account_user",
        help="The entry of a settlement that booked what these goods cost.",
    )
