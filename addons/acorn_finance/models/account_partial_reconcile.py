from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._settlements()._touch_months()
        return partials

    def unlink(self):
        """What was at the bank no longer is: its month is open again."""
        settlements = self._settlements()
        result = super().unlink()
        settlements._touch_months()
        return result

    def _settlements(self):
        moves = (self.debit_move_id | self.credit_move_id).move_id
        # sudo: whoever reconciles need not see the shop.
        return moves.sudo().acorn_settlement_id
