from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    acorn_settlement_id = fields.Many2one(
        "acorn.settlement",
        string="Settlement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
