from odoo import fields, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "acorn.internal"]

    acorn_settlement_id = fields.Many2one(
        "acorn.settlement",
        string="Settlement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # === PROFIT === #

    def _post(self, soft=True):
        posted = super()._post(soft)
        self.env["acorn.profit.mark"]._mark_moves(posted)
        return posted

    def button_draft(self):
        self.env["acorn.profit.mark"]._mark_moves(self)
        return super().button_draft()

    def button_cancel(self):
        self.env["acorn.profit.mark"]._mark_moves(self)
        return super().button_cancel()
