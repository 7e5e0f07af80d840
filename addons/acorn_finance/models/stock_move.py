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

    def _get_cogs_price_unit(self, quantity=0):
        """Invoices of a shop book what goods were worth when they left, as stock has
        it: their average may be another one by now."""
        # sudo: whoever invoices need not see what goods cost.
        left_sudo = self.sudo().filtered(lambda m: m.acorn_shop_id and m.is_out)
        count = sum(move._get_valued_qty() for move in left_sudo)
        if not count:
            return super()._get_cogs_price_unit(quantity)
        return sum(left_sudo.mapped("value")) / count
