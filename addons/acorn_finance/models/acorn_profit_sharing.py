from odoo import api, models

from .profit_spread import SPREAD

# Balances of the accounts of overheads in a month, shared out among what was sold in
# it. An item counts for the first overhead that takes it; items with a line of profit
# of their own are no overhead. What nobody bears stays with the company.
SHARED = f"""
    WITH items AS (
        SELECT DISTINCT ON (item.id) item.id, overhead.id AS overhead_id, overhead.key,
               item.acorn_shop_id AS shop_id, item.date, -item.balance AS amount
          FROM account_move_line item
          JOIN acorn_overhead_account_rel rel ON rel.account_id = item.account_id
          JOIN acorn_overhead overhead ON overhead.id = rel.overhead_id
         WHERE item.company_id = %(company)s AND overhead.company_id = %(company)s
           AND item.date >= %(since)s AND item.date < %(until)s
           AND item.parent_state = 'posted' AND item.acorn_profit_line IS NULL
           AND overhead.active
           AND (overhead.date_from IS NULL OR item.date >= overhead.date_from)
           AND (overhead.date_to IS NULL OR item.date <= overhead.date_to)
         ORDER BY item.id, overhead.sequence, overhead.id
    ),
    units AS (
        SELECT overhead_id, key, shop_id, SUM(amount) AS amount, MAX(date) AS day,
               ROW_NUMBER() OVER (ORDER BY overhead_id, shop_id) AS unit,
               %(step)s AS step, 1 AS rate
          FROM items
         GROUP BY overhead_id, key, shop_id
        HAVING SUM(amount) != 0
    ),
    sold AS (
        SELECT shop_id, site_id, offer_id, product_id, fulfilment,
               GREATEST(SUM(amount) FILTER (WHERE profit_line IN (
                   'sales', 'shipping_income', 'gift_wrap_income', 'refunds',
                   'promotions')), 0) AS revenue,
               GREATEST(SUM(quantity) FILTER (WHERE profit_line = 'sales'), 0) AS units,
               GREATEST(-SUM(amount) FILTER (WHERE profit_line = 'advertising'), 0)
               AS ads
          FROM acorn_profit_day
         WHERE company_id = %(company)s AND day >= %(since)s AND day < %(until)s
           AND overhead_id IS NULL AND shop_id IS NOT NULL
         GROUP BY shop_id, site_id, offer_id, product_id, fulfilment
    ),
    keyed AS (
        SELECT units.unit, sold.shop_id, sold.site_id, sold.offer_id, sold.product_id,
               sold.fulfilment,
               CASE units.key WHEN 'revenue' THEN sold.revenue
                              WHEN 'units' THEN sold.units
                              ELSE sold.ads END AS weight
          FROM units
          JOIN sold ON units.shop_id IS NULL OR units.shop_id = sold.shop_id
         WHERE (units.key != 'fixed' OR units.shop_id IS NOT NULL)
           AND (units.shop_id IS NOT NULL
                OR NOT EXISTS (SELECT FROM acorn_overhead_shop_rel rel
                                WHERE rel.overhead_id = units.overhead_id)
                OR EXISTS (SELECT FROM acorn_overhead_shop_rel rel
                            WHERE rel.overhead_id = units.overhead_id
                              AND rel.shop_id = sold.shop_id))
    ),
    fixed AS (
        SELECT units.unit, share.shop_id, NULL::int AS site_id, NULL::int AS offer_id,
               NULL::int AS product_id, NULL::varchar AS fulfilment,
               share.percent::numeric AS weight
          FROM units
          JOIN acorn_overhead_share share ON share.overhead_id = units.overhead_id
         WHERE units.key = 'fixed' AND units.shop_id IS NULL
    ),
    found AS (
        SELECT * FROM keyed WHERE weight > 0 UNION ALL SELECT * FROM fixed
    ),
    rest AS (
        SELECT units.unit, units.shop_id, NULL::int, NULL::int, NULL::int,
               NULL::varchar,
               CASE WHEN units.key = 'fixed' AND units.shop_id IS NULL
                    THEN 100 - COALESCE(SUM(found.weight), 0)
                    WHEN SUM(found.weight) > 0 THEN 0 ELSE 1 END
          FROM units
          LEFT JOIN found ON found.unit = units.unit
         GROUP BY units.unit, units.shop_id, units.key
    ),
    members AS (
        SELECT *, CONCAT_WS('/', shop_id, site_id, offer_id, product_id, fulfilment)
               AS member
          FROM (SELECT * FROM found UNION ALL SELECT * FROM rest) each
    ),
    {SPREAD}
    INSERT INTO acorn_profit_day (
        company_id, company_currency_id, shop_id, site_id, day, offer_id, product_id,
        fulfilment, profit_line, estimated, overhead_id, amount, quantity
    )
    SELECT %(company)s, %(currency)s, parts.shop_id, parts.site_id, units.day,
           parts.offer_id, parts.product_id, parts.fulfilment, 'overheads', FALSE,
           units.overhead_id, parts.part, 0
      FROM parts
      JOIN units ON units.unit = parts.unit
     WHERE parts.part != 0
"""


class AcornProfitSharing(models.AbstractModel):
    """Who bears what all have cost together: part of ``acorn.profit.day``."""

    _name = "acorn.profit.sharing"
    _description = "Sharing of Overheads"

    @api.model
    def _rebuild_overheads(self, company_id, month):
        """Share the overheads of a company's month out anew."""
        scope = self._scope(company_id, None, month, months=1)
        self.env.flush_all()
        self._run(
            """
            DELETE FROM acorn_profit_day
             WHERE company_id = %(company)s AND overhead_id IS NOT NULL
               AND day >= %(since)s AND day < %(until)s
            """,
            scope,
        )
        self._run(SHARED, scope)
        self._roll_up(company_id, None, month, shared=True)
