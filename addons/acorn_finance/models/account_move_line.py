from odoo import api, fields, models

from odoo.addons.acorn_base.natures import REFUNDS

from .nature_words import nature_words, profit_line_words

# What nobody changes of what a settlement has posted.
POSTED = {
    *("account_id", "currency_id", "amount_currency", "balance", "debit", "credit"),
    *("tax_ids", "tax_line_id", "acorn_shop_id", "acorn_site_id"),
    *("acorn_nature", "acorn_profit_line"),
}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    acorn_nature = fields.Selection(
        lambda self: nature_words(self.env), string="Nature", readonly=True
    )
    acorn_profit_line = fields.Selection(
        lambda self: profit_line_words(self.env),
        string="Profit Line",
        copy=True,
        help="As what it counts in the profit of its shop.",
    )
    acorn_settlement_line_ids = fields.One2many(
        "acorn.settlement.line",
        string="Settlement Lines",
        compute="_compute_acorn_settlement_line_ids",
    )
    # Whoever makes an item need not search for the settlement that it pays out.
    acorn_paid_settlement_ids = fields.One2many(
        "acorn.settlement", "clearing_line_id", string="Pays Out"
    )

    _acorn_profit_index = models.Index(
        "(company_id, acorn_shop_id, date) WHERE acorn_profit_line IS NOT NULL"
    )

    def write(self, vals):
        if not self.env.su and vals.keys() & POSTED:
            posted = self.move_id.filtered(lambda move: move.state == "posted")
            posted._refuse_to_change_settled()
        return super().write(vals)

    def _compute_acorn_settlement_line_ids(self):
        """Ask with the settlements: nothing finds lines by their items alone."""
        found = self.env["acorn.settlement.line"].search(
            [
                ("settlement_id", "in", self.move_id.acorn_settlement_id.ids),
                ("move_line_id", "in", self.ids),
            ]
        )
        lines_of = found.grouped("move_line_id")
        for item in self:
            item.acorn_settlement_line_ids = lines_of.get(item, found.browse())

    def _prepare_exchange_difference_move_vals(
        self, amounts_list, company=None, exchange_date=None, **kwargs
    ):
        """What rates do to a shop's money is part of its profit."""
        values = super()._prepare_exchange_difference_move_vals(
            amounts_list, company, exchange_date, **kwargs
        )
        shop = self.acorn_shop_id
        if not values or len(shop) != 1:
            return values
        move = values["move_values"]
        move["acorn_shop_id"] = shop.id
        sites = self.acorn_site_id
        if len(sites) == 1:
            move["acorn_site_id"] = sites.id
        company = shop.company_id
        accounts = (
            company.income_currency_exchange_account_id
            | company.expense_currency_exchange_account_id
        )
        for _command, _id, line in move["line_ids"]:
            if line["account_id"] in accounts.ids:
                line["acorn_profit_line"] = "exchange"
        return values

    def _eligible_for_stock_account(self):
        """What is given back to a buyer says nothing of goods: these are costed when
        they come back."""
        if self.acorn_profit_line == REFUNDS and self.move_id.acorn_settlement_id:
            return False
        return super()._eligible_for_stock_account()

    def _acorn_pay(self, owed, amounts):
        """Match an item that pays many orders with what they owe, all at once, and of
        each no more than is paid.

        :param owed: {id of an order: its journal items}
        :param amounts: {id of an order: what is paid of it}
        """
        owing, parts = self.browse(), {}
        for order_id, lines in owed.items():
            rest = amounts.get(order_id, 0.0)
            for line in lines.filtered(lambda line: not line.reconciled):
                if self.currency_id.compare_amounts(rest, 0.0) <= 0:
                    break
                owing |= line
                if line.currency_id == self.currency_id:
                    parts[line.id] = min(rest, abs(line.amount_residual_currency))
                    rest -= parts[line.id]
        if owing and not self.reconciled:
            (self | owing).with_context(acorn_parts=parts).reconcile()

    @api.model
    def _prepare_reconciliation_single_partial(
        self, debit_values, credit_values, shadowed_aml_values=None
    ):
        """Match no more of an item than ``acorn_parts`` says."""
        parts = self.env.context.get("acorn_parts", {})
        return super()._prepare_reconciliation_single_partial(
            _part_of(debit_values, parts),
            _part_of(credit_values, parts),
            shadowed_aml_values,
        )

    def action_open_settlement_lines(self):
        """Show the lines of the settlement that an item stands for.

        The tax that was taken out of amounts shows these amounts.
        """
        self.ensure_one()
        items = self
        if not self.acorn_settlement_line_ids:
            items = self.move_id.line_ids.filtered(
                lambda item: (
                    self.tax_line_id in item.tax_ids
                    and item.acorn_site_id == self.acorn_site_id
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lines of %s", self.name),
            "res_model": "acorn.settlement.line",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("settlement_id", "=", self.move_id.acorn_settlement_id.id),
                ("move_line_id", "in", items.ids),
            ],
            "context": {"create": False},
        }


def _part_of(values, parts):
    """Return what is left of an item, or the part of it that may be matched."""
    item, left = values["aml"], values["amount_residual_currency"]
    part = parts.get(item.id)
    if part is None or item.currency_id.compare_amounts(abs(left), part) <= 0:
        return values
    share = part / abs(left)
    balance = item.company_currency_id.round(values["amount_residual"] * share)
    return {
        **values,
        "amount_residual_currency": item.currency_id.round(left * share),
        "amount_residual": balance,
    }
