from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.acorn_base.natures import BY_CODE, COST_OF_GOODS, LANDED_COST

COSTS = {COST_OF_GOODS, LANDED_COST}


class AcornProfitDrill(models.AbstractModel):
    """From a figure to what it is made of: part of ``acorn.profit.day``."""

    _name = "acorn.profit.drill"
    _description = "Sources of Profit"

    def action_open_sources(self):
        """Open the amounts that a figure sums up."""
        self.ensure_one()
        lines = self._items()
        if self.estimated:
            if self.profit_line in COSTS:
                return self._moves()._get_records_action(name=self.env._("Goods"))
            told = self._transaction_lines()
            return (told or self._product_days())._get_records_action(
                name=self.env._("Amounts")
            )
        if raw := self._settlement_lines(lines):
            return raw._get_records_action(name=self.env._("Settlement Lines"))
        return lines._get_records_action(name=self.env._("Journal Items"))

    def action_open_orders(self):
        """Open the orders behind a figure."""
        self.ensure_one()
        if self.estimated and self.profit_line not in COSTS:
            orders = self._transaction_lines().transaction_id.order_id
        elif self.profit_line in COSTS:
            orders = self._moves().sale_line_id.order_id
        else:
            lines = self._items()
            orders = self._settlement_lines(lines).order_id or (
                lines.sale_line_ids.order_id
            )
        if not orders:
            raise UserError(
                self.env._("No order stands behind this amount. Open its sources.")
            )
        return orders._get_records_action(name=self.env._("Orders"))

    # === WHAT IT IS MADE OF === #

    def _items(self):
        """Return the journal items among which a figure is found."""
        first = self.day.replace(day=1)
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("date", ">=", first),
                ("date", "<", first + relativedelta(months=1)),
            ]
        )
        if self.overhead_id:
            domain &= Domain("account_id", "in", self.overhead_id.account_ids.ids)
            domain &= Domain("acorn_profit_line", "=", False)
        else:
            domain &= Domain("acorn_shop_id", "=", self.shop_id.id)
            domain &= Domain("acorn_site_id", "=", self.site_id.id)
            domain &= Domain("acorn_profit_line", "=", self.profit_line)
        return self.env["account.move.line"].search(domain)

    def _settlement_lines(self, items):
        domain = Domain("shop_id", "=", self.shop_id.id)
        domain &= Domain("move_line_id", "in", items.ids)
        if self.profit_line != "advertising":
            domain &= Domain("posted_on", "=", self.day)
            domain &= Domain("offer_id", "=", self.offer_id.id)
        return self.env["acorn.settlement.line"].search(domain)

    def _transaction_lines(self):
        domain = Domain(
            [
                ("shop_id", "=", self.shop_id.id),
                ("transaction_id.site_id", "=", self.site_id.id),
                ("transaction_id.posted_on", "=", self.day),
                ("offer_id", "=", self.offer_id.id),
            ]
        )
        lines = self.env["acorn.transaction.line"].search(domain)
        return lines.filtered(lambda line: _profit_line(line) == self.profit_line)

    def _product_days(self):
        return self.env["acorn.product.day"].search(
            [
                ("site_id", "=", self.site_id.id),
                ("day", "=", self.day),
                ("offer_id", "=", self.offer_id.id),
            ]
        )

    def _moves(self):
        """Return the deliveries and returns of a day: of goods, by their cost."""
        scope = self._scope(self.company_id.id, self.shop_id.id, self.day)
        self.env.flush_all()
        self._run("%(moved)s", scope)
        ids = [
            row["id"]
            for row in self.env.cr.dictfetchall()
            if row["offer_id"] == (self.offer_id.id or None)
            and row["site_id"] == (self.site_id.id or None)
        ]
        return self.env["stock.move"].browse(ids)


def _profit_line(line):
    nature = BY_CODE.get(line.nature)
    return line.rule_id.profit_line or (nature.profit_line if nature else "")
