from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.acorn_base.natures import COST_OF_GOODS, LANDED_COST

from .. import landed_cost


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

    @api.constrains("line_ids", "fiscal_position_id", "company_id")
    def _validate_taxes_country(self):
        # A settlement has the sales of all countries in which the seller owes tax.
        others = self.filtered(lambda move: not move.acorn_settlement_id)
        return super(AccountMove, others)._validate_taxes_country()

    def write(self, vals):
        if not self.env.su:
            if "acorn_settlement_id" in vals:
                raise AccessError(
                    self.env._("Settlements link their entries themselves.")
                )
            if vals.get("state") in ("draft", "cancel"):
                self._refuse_to_change_settled()
        return super().write(vals)

    def _post(self, soft=True):
        posted = super()._post(soft)
        self.env["acorn.profit.mark"]._mark_moves(posted)
        return posted

    def button_draft(self):
        self._refuse_to_change_settled()
        self._mark_posted()
        return super().button_draft()

    def button_cancel(self):
        self._refuse_to_change_settled()
        self._mark_posted()
        return super().button_cancel()

    def _mark_posted(self):
        """What is posted now counts in profit, and shall count no more."""
        posted = self.filtered(lambda move: move.state == "posted")
        if posted:
            self.env["acorn.profit.mark"]._mark_moves(posted)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """A settlement is reversed as a whole, and knows it."""
        self.filtered(
            lambda m: m.acorn_settlement_id.state == "posted"
        )._refuse_to_change_settled()
        return super()._reverse_moves(default_values_list, cancel)

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """A settlement has paid back what it credits: this pays nothing of an invoice
        that is still owed, and Odoo would take several credits for those of others."""
        given_back = reverse_moves.filtered(
            lambda move: (
                move.acorn_settlement_id
                and move.reversed_entry_id.acorn_settlement_id
                != move.acorn_settlement_id
            )
        )
        if not given_back:
            return super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)
        others = reverse_moves - given_back
        return super(AccountMove, others.reversed_entry_id)._reconcile_reversed_moves(
            others, move_reverse_cancel
        )

    def action_open_settlement(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "acorn.settlement",
            "res_id": self.acorn_settlement_id.id,
            "views": [(False, "form")],
        }

    def _refuse_to_change_settled(self):
        for move in self.filtered("acorn_settlement_id"):
            raise UserError(
                self.env._(
                    "%(entry)s belongs to settlement %(settlement)s. Open the "
                    "settlement and reverse it; then it can be posted again.",
                    entry=move.name,
                    settlement=move.acorn_settlement_id.ref,
                )
            )

    @api.depends("acorn_settlement_id")
    def _compute_payment_state(self):
        """A credit note that a settlement has paid back is paid: Odoo takes what an
        entry matches for reversed."""
        result = super()._compute_payment_state()
        for move in self:
            given_back = move.acorn_settlement_id and move.move_type == "out_refund"
            if given_back and move.payment_state == "reversed":
                move.payment_state = "paid"
        return result

    def _stock_account_prepare_realtime_out_lines_vals(self):
        """Cost that invoices book counts in the profit of the shop, too."""
        values_list = super()._stock_account_prepare_realtime_out_lines_vals()
        of_shops = set(self.filtered("acorn_shop_id").ids)
        costs = [
            values
            for values in values_list
            # Of each pair, cost is the one with an analytic distribution.
            if values["move_id"] in of_shops and "analytic_distribution" in values
        ]
        for values in costs:
            values["acorn_profit_line"] = COST_OF_GOODS
        return values_list + self._acorn_split_off_landed_costs(costs)

    def _acorn_split_off_landed_costs(self, costs):
        """Take what is landed cost out of items of cost; return items of it."""
        moves = {move.id: move for move in self}
        asked = defaultdict(set)
        for values in costs:
            move = moves[values["move_id"]]
            asked[move.company_id].add((values["product_id"], move._acorn_cost_day()))
        Landed = self.env["acorn.landed.cost"]
        shares = {
            company: Landed._shares(company.id, pairs)
            for company, pairs in asked.items()
        }
        items = []
        for values in costs:
            move = moves[values["move_id"]]
            key = values["product_id"], move._acorn_cost_day()
            if share := shares[move.company_id].get(key):
                items.append(move._acorn_split_off(values, share))
        return items

    def _acorn_cost_day(self):
        """Return the day by which goods have a cost: when the last of them left, also
        where they are given back."""
        sold = self.reversed_entry_id or self
        # sudo: whoever invoices need not see what stock has moved.
        moves_sudo = sold.sudo().invoice_line_ids.sale_line_ids.move_ids
        left = moves_sudo.filtered(lambda m: m.state == "done" and m.is_out)
        if left:
            return max(left.mapped("date")).date()
        return sold.invoice_date or fields.Date.context_today(self)

    def _acorn_split_off(self, values, share):
        """Take a share of an item of cost; return the item of that share."""
        currency = self.company_id.currency_id
        whole = Decimal(str(currency.round(values["amount_currency"])))
        step = Decimal(str(currency.rounding))
        goods, landed = landed_cost.split(whole, whole * share, step)
        item = values | {
            "name": self.env._("Landed cost of %s", values["name"])[:64],
            # Odoo counts goods by the quantities of such items, once.
            "quantity": 0.0,
            "price_unit": values["price_unit"] * float(share),
            "amount_currency": float(landed),
            "acorn_profit_line": LANDED_COST,
        }
        values["amount_currency"] = float(goods)
        values["price_unit"] *= float(1 - share)
        return item
