from collections import defaultdict
from decimal import Decimal

from odoo import Command, models
from odoo.tools import SQL, format_date

from odoo.addons.acorn_base import natures

from .. import landed_cost

# Goods of the shop's orders that left or came back and whose cost is in no entry yet,
# from the first settlement on. What belongs to a settlement that waits is left to it.
UNCOSTED = """
    SELECT move.product_id, move.acorn_site_id, at.day,
           COALESCE(sold.acorn_revenue_mode, shop.revenue_mode) AS mode,
           move.is_in, array_agg(move.id), SUM(at.cost)::text,
           SUM(at.cost * COALESCE(landed.share, 0))::text
      FROM stock_move move
      JOIN acorn_shop shop ON shop.id = move.acorn_shop_id
      JOIN acorn_site site ON site.id = move.acorn_site_id
      LEFT JOIN sale_order_line line ON line.id = move.sale_line_id
      LEFT JOIN sale_order sold ON sold.id = line.order_id
      JOIN LATERAL (
           SELECT (move.date AT TIME ZONE 'UTC' AT TIME ZONE
                   COALESCE(site.timezone, 'UTC'))::date AS day,
                  COALESCE((SELECT date FROM stock_move
                             WHERE id = move.origin_returned_move_id),
                           move.date)::date AS left_on,
                  CASE WHEN move.is_in THEN -move.value ELSE move.value END AS cost
      ) at ON TRUE
      LEFT JOIN (%(shares)s) landed
        ON landed.product_id = move.product_id
       AND at.left_on >= landed.since AND at.left_on < landed.until
     WHERE move.acorn_shop_id = %(shop)s AND move.company_id = %(company)s
       AND move.state = 'done' AND move.value != 0 AND (move.is_in OR move.is_out)
       AND move.acorn_event_id IS NULL AND move.acorn_cost_move_id IS NULL
       AND site.currency_id = %(currency)s AND at.day <= %(until)s
       AND move.date >= (
           SELECT min(date_from) FROM acorn_settlement
            WHERE shop_id = %(shop)s AND currency_id = %(currency)s)
       AND NOT EXISTS (
           SELECT FROM acorn_settlement other
            WHERE other.shop_id = %(shop)s AND other.currency_id = %(currency)s
              AND other.id != %(settlement)s AND other.state != 'posted'
              AND move.date >= other.date_from AND move.date < other.date_to)
     GROUP BY 1, 2, 3, 4, 5
"""


class AcornSettlementCost(models.AbstractModel):
    """What the goods cost of which a settlement tells the revenue: part of
    ``acorn.settlement``.

    Odoo books cost with invoices of customers where stock is valued perpetually, and
    else not before stock is closed, for all shops together. So each entry of a
    settlement has one for cost beside it, from the value of what has left and come
    back. Closing finds it in the valuation account and books the rest only. What
    landed costs are part of it is an item of its own, in the same account.
    """

    _name = "acorn.settlement.cost"
    _description = "Cost of Goods of Settlements"

    def _create_moves(self, made):
        moves = super()._create_moves(made)
        self._post_costs(made)
        return moves

    def _post_costs(self, made):
        values, stock_moves = [], []
        for entry, rows in self._costs(made):
            lines = self._cost_lines(rows)
            if lines:
                values.append(self._cost_values(entry, lines))
                stock_moves.append([id_ for row in rows for id_ in row[5]])
        costs = self.env["account.move"].with_company(self.company_id).create(values)
        costs._post(soft=False)
        for cost, ids in zip(costs, stock_moves, strict=True):
            self._mark_costed(ids, cost.id)

    def _costs(self, made):
        """Share out goods over the entries: each in its month, or in the next one.

        :param made: list of entries.Entry
        :return: list of (entry, rows of UNCOSTED)
        """
        if not made:
            return []
        ends = [(entry.moved_from or entry.date, entry) for entry in made]
        self.env["stock.move"].flush_model()
        self.env["sale.order"].flush_model(["acorn_revenue_mode"])
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                UNCOSTED,
                shop=self.shop_id.id,
                company=self.company_id.id,
                currency=self.currency_id.id,
                until=max(end for end, _entry in ends),
                settlement=self.id,
                shares=self.env["acorn.landed.cost"]._sql_shares(self.company_id.id),
            )
        )
        shares = defaultdict(list)
        for row in rows:
            if self._is_costed_here(row):
                nth = next(n for n, (end, _e) in enumerate(ends) if row[2] <= end)
                shares[nth].append(row)
        return [(ends[nth][1], shares[nth]) for nth in sorted(shares)]

    def _is_costed_here(self, row):
        """Tell whether no invoice books the cost of goods: what is given back never
        does, since goods need not come back with it."""
        product_id, _site, _day, mode, is_in, *_rest = row
        return is_in or mode != "per_order" or not self._is_perpetual(product_id)

    def _is_perpetual(self, product_id):
        product = self._costed_products(product_id)
        return product.valuation == "real_time"

    def _costed_products(self, ids):
        # sudo: what goods cost is told by the accounts that whoever posts may see.
        Product_sudo = self.env["product.product"].sudo()
        return Product_sudo.with_company(self.company_id).browse(ids)

    def _cost_lines(self, rows):
        """Return the items: cost by product and site, stock by account."""
        costs, landed = defaultdict(Decimal), defaultdict(Decimal)
        for product_id, site_id, *_others, cost, of_it in rows:
            costs[product_id, site_id] += Decimal(cost)
            landed[product_id, site_id] += Decimal(of_it)
        lines, stock = [], defaultdict(Decimal)
        for (product_id, site_id), cost in costs.items():
            product = self._costed_products(product_id)
            expense, valuation = self._cost_accounts(product)
            parts = self._cost_parts(cost, landed[product_id, site_id])
            for profit_line, part in parts.items():
                stock[valuation] += part
                lines.append(
                    self._cost_line(product, site_id, expense, part, profit_line)
                )
        lines += [
            {
                "account_id": account.id,
                "name": self.env._("Goods sold and taken back"),
                "balance": -float(cost),
                "analytic_distribution": False,
            }
            for account, cost in stock.items()
        ]
        return lines

    def _cost_parts(self, cost, landed):
        """Return {line of profit: amount} of what is not zero."""
        step = Decimal(str(self.company_id.currency_id.rounding))
        goods, landed = landed_cost.split(cost, landed, step)
        parts = {natures.COST_OF_GOODS: goods, natures.LANDED_COST: landed}
        return {line: part for line, part in parts.items() if part}

    def _cost_line(self, product, site_id, account, cost, profit_line):
        site = self.env["acorn.site"].browse(site_id)
        name = product.display_name
        if profit_line == natures.LANDED_COST:
            name = self.env._("Landed cost of %s", name)
        return {
            "account_id": account.id,
            "name": name,
            "product_id": product.id,
            "balance": float(cost),
            "acorn_site_id": site_id,
            "acorn_profit_line": profit_line,
            "analytic_distribution": site._with_analytic(
                self.shop_id._analytic_distribution()
            ),
        }

    def _cost_accounts(self, product):
        """Return the accounts of cost and of stock, as Odoo's invoices have them, or
        as the company's books say where these book no cost."""
        accounts = product.product_tmpl_id._get_product_accounts()
        booked, expense = self._book_account("cost"), accounts["expense"]
        if product.valuation == "real_time":
            return expense or booked, accounts["stock_valuation"]
        return booked or expense, accounts["stock_valuation"]

    def _cost_values(self, entry, lines):
        month = format_date(self.env, entry.month, date_format="MMMM y")
        return {
            "move_type": "entry",
            "journal_id": self.shop_id.journal_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.company_id.currency_id.id,
            "date": entry.date,
            "ref": self.env._(
                "Cost of goods, settlement %(ref)s, %(month)s",
                ref=self.ref,
                month=month,
            ),
            "acorn_shop_id": self.shop_id.id,
            "acorn_settlement_id": self.id,
            "line_ids": [Command.create(line) for line in lines],
        }

    def _missing_valuation(self, made):
        """Say which products have no account for their cost or their stock."""
        ids = {row[0] for _entry, rows in self._costs(made) for row in rows}
        products = self._costed_products(sorted(ids)).filtered(
            lambda product: not all(self._cost_accounts(product))
        )
        if products:
            yield self.env._(
                "These products have no account for their cost or for the value of "
                "their stock. Choose them at the product category, then post "
                "again:\n%s",
                self._listed(sorted(products.mapped("display_name"))),
            )

    # === MARKS === #

    def _mark_costed(self, ids, move_id):
        self.env.cr.execute(
            SQL(
                "UPDATE stock_move SET acorn_cost_move_id = %s WHERE id IN %s",
                move_id,
                tuple(ids),
            )
        )
        self.env["stock.move"].invalidate_model(["acorn_cost_move_id"])

    def _reverse(self):
        """What is taken back is costed again when the settlement is posted again."""
        moves = self._current_moves()
        result = super()._reverse()
        self.env["stock.move"].flush_model(["acorn_cost_move_id"])
        self.env.cr.execute(
            SQL(
                """UPDATE stock_move SET acorn_cost_move_id = NULL
                    WHERE acorn_cost_move_id IN %s""",
                tuple(moves.ids) or (0,),
            )
        )
        self.env["stock.move"].invalidate_model(["acorn_cost_move_id"])
        return result
