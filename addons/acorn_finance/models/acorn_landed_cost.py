from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

# Of each product with landed costs: which part of the value of all that has come in up
# to a day they are. A landed cost counts from its date on, though Odoo has it in the
# value of the receipt. Goods that buyers send back bring nothing that is new, and a
# receipt whose value somebody wrote himself has no landed cost in it.
SHARES = """
    WITH landed AS (
        SELECT line.move_id, line.product_id,
               GREATEST(cost.date, receipt.date::date) AS day,
               SUM(line.additional_landed_cost) AS amount
          FROM stock_valuation_adjustment_lines line
          JOIN stock_landed_cost cost ON cost.id = line.cost_id
          JOIN stock_move receipt ON receipt.id = line.move_id
         WHERE cost.state = 'done' AND receipt.company_id = %(company)s
           AND receipt.state = 'done' AND receipt.is_in
           AND NOT EXISTS (SELECT FROM product_value WHERE move_id = receipt.id)
         GROUP BY 1, 2, 3
    ),
    receipts AS (
        SELECT move.product_id, move.date::date AS day,
               move.value - COALESCE(added.amount, 0) AS goods
          FROM stock_move move
          JOIN stock_location origin ON origin.id = move.location_id
          LEFT JOIN (SELECT move_id, SUM(amount) AS amount FROM landed GROUP BY 1) added
                 ON added.move_id = move.id
         WHERE move.product_id IN (SELECT product_id FROM landed)
           AND move.company_id = %(company)s AND move.state = 'done' AND move.is_in
           AND origin.usage != 'customer'
    ),
    steps AS (
        SELECT product_id, day, goods AS came, 0 AS landed FROM receipts
         UNION ALL
        SELECT product_id, day, amount, amount FROM landed
    ),
    days AS (
        SELECT product_id, day,
               SUM(SUM(landed)) OVER past / NULLIF(SUM(SUM(came)) OVER past, 0) AS share
          FROM steps
         GROUP BY product_id, day
        WINDOW past AS (PARTITION BY product_id ORDER BY day)
    )
    SELECT product_id, day AS since,
           LEAD(day, 1, 'infinity') OVER (PARTITION BY product_id ORDER BY day)
           AS until, share
      FROM days
"""
NONE = """
    SELECT NULL::int AS product_id, NULL::date AS since, NULL::date AS until,
           NULL::numeric AS share
     WHERE FALSE
"""


class AcornLandedCost(models.AbstractModel):
    """What freight and duty add to the value of goods, where Odoo's landed costs are
    installed; nowhere else has anything such a part."""

    _name = "acorn.landed.cost"
    _description = "Landed Cost in the Cost of Goods"

    @api.model
    def _is_known(self):
        return "stock.landed.cost" in self.env

    @api.model
    def _sql_shares(self, company_id):
        """Return rows (product_id, since, until, share): from a day on and before
        another one, this part of what a product costs is landed cost."""
        if not self._is_known():
            return SQL(NONE)
        self.env.flush_all()
        return SQL(SHARES, company=company_id)

    @api.model
    def _shares(self, company_id, asked):
        """Return {(product_id, day): share} of those that have one.

        :param asked: set of (product_id, day)
        :return: shares as Decimal
        """
        if not self._is_known():
            return {}
        products, days = zip(*asked, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT asked.product_id, asked.day, landed.share::text
                  FROM UNNEST(%(products)s, %(days)s::date[]) asked (product_id, day)
                  JOIN (%(shares)s) landed
                    ON landed.product_id = asked.product_id
                   AND asked.day >= landed.since AND asked.day < landed.until
                 WHERE landed.share != 0
                """,
                shares=self._sql_shares(company_id),
                products=list(products),
                days=list(days),
            )
        )
        return {(product_id, day): Decimal(share) for product_id, day, share in rows}
