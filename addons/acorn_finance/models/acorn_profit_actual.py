from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from .profit_spread import SPREAD

# Journal items that count, of one shop and month. Income is positive.
ITEMS = """
    items AS (
        SELECT item.id AS unit, item.move_id, item.date, item.acorn_site_id AS site_id,
               item.acorn_profit_line AS line, -item.balance AS amount,
               item.product_id, item.quantity, item.currency_id
          FROM account_move_line item
         WHERE item.company_id = %(company)s AND item.acorn_shop_id %(of_shop)s
           AND item.date >= %(since)s AND item.date < %(until)s
           AND item.parent_state = 'posted' AND item.acorn_profit_line IS NOT NULL
    )
"""

# What they are made of: lines of settlements, goods that left, or themselves. What a
# settlement tells of another month counts in the month of its entry.
SETTLED = f"""
    WITH {ITEMS},
    rates AS (
        SELECT move_id, currency_id,
               SUM(ABS(balance)) / NULLIF(SUM(ABS(amount_currency)), 0) AS rate
          FROM account_move_line
         WHERE move_id IN (SELECT move_id FROM items)
         GROUP BY move_id, currency_id
    ),
    units AS (
        SELECT items.*, COALESCE(rates.rate, 1) AS rate, %(step)s AS step
          FROM items
          JOIN rates ON rates.move_id = items.move_id
                    AND rates.currency_id = items.currency_id
         WHERE line != 'advertising'
    ),
    lines AS (
        SELECT line.*, ROW_NUMBER() OVER (
                   PARTITION BY move_line_id, order_ref, shipment_ref, adjustment_ref,
                                line_ref, sku
                   ORDER BY number
               ) AS nth
          FROM acorn_settlement_line line
         WHERE line.shop_id %(of_shop)s
           AND move_line_id IN (SELECT unit FROM units)
    ),
    raw AS (
        SELECT units.unit,
               CASE WHEN lines.posted_on >= %(since)s AND lines.posted_on < %(until)s
                    THEN lines.posted_on ELSE units.date END AS day,
               lines.offer_id,
               COALESCE(lines.product_id, offer.product_id) AS product_id,
               COALESCE(
                   lines.fulfilment,
                   CASE offer.by_channel WHEN TRUE THEN 'fba' WHEN FALSE THEN 'fbm' END
               ) AS fulfilment,
               SUM(lines.amount) AS weight,
               SUM(CASE WHEN lines.nth > 1 AND lines.line_ref IS NOT NULL THEN 0
                        WHEN units.line = 'sales' THEN lines.quantity
                        WHEN units.line = 'refunds' THEN -ABS(lines.quantity)
                        ELSE 0 END) AS quantity
          FROM lines
          JOIN units ON units.unit = lines.move_line_id
          LEFT JOIN acorn_offer offer ON offer.id = lines.offer_id
         GROUP BY 1, 2, 3, 4, 5
    ),
    goods AS (
        SELECT units.unit,
               CASE WHEN moved.day >= %(since)s AND moved.day < %(until)s
                    THEN moved.day ELSE units.date END AS day,
               moved.offer_id,
               COALESCE(moved.sold_product_id, units.product_id) AS product_id,
               moved.fulfilment, SUM(-moved.cost) AS weight, 0 AS quantity
          FROM units
          JOIN (SELECT *, product_id AS costed_as FROM (%(costed)s) own
                 UNION ALL
                SELECT *, COALESCE(billed_product_id, product_id)
                  FROM (%(moved)s) others WHERE cost_move_id IS NULL) moved
            ON moved.costed_as = units.product_id
           AND (units.site_id IS NULL OR moved.site_id = units.site_id)
           AND (moved.cost_move_id = units.move_id
                OR moved.cost_move_id IS NULL AND NOT EXISTS (
                    SELECT FROM stock_move
                     WHERE acorn_cost_move_id = units.move_id))
         WHERE units.line IN ('cost_of_goods', 'landed_cost')
           AND units.unit NOT IN (SELECT unit FROM raw WHERE weight != 0)
         GROUP BY 1, 2, 3, 4, 5
    ),
    plain AS (
        SELECT units.unit, units.date AS day, sold.offer_id,
               COALESCE(units.product_id, sold.product_id) AS product_id,
               sold.fulfilment, 1 AS weight,
               CASE WHEN sold.id IS NOT NULL AND units.line IN ('sales', 'refunds')
                    THEN SIGN(units.amount) * units.quantity ELSE 0 END AS quantity
          FROM units
          LEFT JOIN LATERAL (
               SELECT line.id, line.acorn_offer_id AS offer_id, line.product_id,
                      CASE WHEN o.acorn_by_channel THEN 'fba' ELSE 'fbm'
                      END AS fulfilment
                 FROM sale_order_line_invoice_rel rel
                 JOIN sale_order_line line ON line.id = rel.order_line_id
                 JOIN sale_order o ON o.id = line.order_id
                WHERE rel.invoice_line_id = units.unit
                ORDER BY line.id
                LIMIT 1
          ) sold ON TRUE
         WHERE units.unit NOT IN (
               SELECT unit FROM raw WHERE weight != 0
                UNION ALL
               SELECT unit FROM goods WHERE weight != 0)
    ),
    members AS (
        SELECT *, CONCAT_WS('/', day, offer_id, product_id, fulfilment) AS member
          FROM (SELECT * FROM raw
                 UNION ALL SELECT * FROM goods
                 UNION ALL SELECT * FROM plain) each
    ),
    {SPREAD}
    INSERT INTO acorn_profit_day (
        company_id, company_currency_id, shop_id, site_id, day, offer_id, product_id,
        fulfilment, profit_line, estimated, amount, quantity
    )
    SELECT %(company)s, %(currency)s, %(shop)s, units.site_id, parts.day,
           parts.offer_id, parts.product_id, parts.fulfilment, units.line, FALSE,
           SUM(parts.part), SUM(parts.quantity)
      FROM parts
      JOIN units ON units.unit = parts.unit
     GROUP BY units.site_id, parts.day, parts.offer_id, parts.product_id,
              parts.fulfilment, units.line
    HAVING SUM(parts.part) != 0 OR SUM(parts.quantity) != 0
"""

# Goods of the shop's orders that left, or came back, on a day where the site is. Where
# they are parts of a kit, the kit is billed: invoices book its cost as a whole.
GOODS = """
    SELECT move.id, move.acorn_cost_move_id AS cost_move_id, move.sale_line_id,
           move.product_id, line.product_id AS billed_product_id,
           move.acorn_site_id AS site_id, at.day,
           line.acorn_offer_id AS offer_id, offer.product_id AS sold_product_id,
           CASE WHEN o.acorn_by_channel THEN 'fba' WHEN o.id IS NOT NULL THEN 'fbm'
           END AS fulfilment,
           CASE WHEN move.is_in THEN -move.value ELSE move.value END AS cost,
           COALESCE((SELECT date FROM stock_move
                      WHERE id = move.origin_returned_move_id),
                    move.date)::date AS left_on
      FROM stock_move move
      LEFT JOIN acorn_site site ON site.id = move.acorn_site_id
      LEFT JOIN sale_order_line line ON line.id = move.sale_line_id
      LEFT JOIN sale_order o ON o.id = line.order_id
      LEFT JOIN acorn_offer offer ON offer.id = line.acorn_offer_id,
           LATERAL (SELECT (move.date AT TIME ZONE 'UTC' AT TIME ZONE
                            COALESCE(site.timezone, 'UTC'))::date AS day) at
     WHERE move.acorn_shop_id = %(shop)s AND move.company_id = %(company)s
       AND move.state = 'done' AND move.value != 0
       AND (move.is_in OR move.is_out) AND move.acorn_event_id IS NULL
"""
COSTED = GOODS + "AND move.acorn_cost_move_id IN (SELECT move_id FROM units)"
MOVED = (
    GOODS
    + """
       AND move.date >= %(since)s::date - INTERVAL '1 day'
       AND move.date < %(until)s::date + INTERVAL '1 day'
       AND at.day >= %(since)s AND at.day < %(until)s
"""
)


class AcornProfitActual(models.AbstractModel):
    """What the journal says, down to days and SKUs: part of ``acorn.profit.day``."""

    _name = "acorn.profit.actual"
    _description = "Profit That Is Settled"

    @api.model
    def _scope(self, company_id, shop_id, since, months=0):
        """Return the parameters of the statements that sum up a day or a month."""
        company = self.env["res.company"].browse(company_id)
        until = since + relativedelta(months=months, days=0 if months else 1)
        scope = {
            "company": company_id,
            "root": company.root_id.id,
            "currency": company.currency_id.id,
            "step": SQL("%s::numeric", str(company.currency_id.rounding)),
            "shop": shop_id,
            "of_shop": SQL("= %s", shop_id) if shop_id else SQL("IS NULL"),
            "since": since,
            "until": until,
        }
        return scope | {
            "moved": SQL(MOVED, **_used(MOVED, scope)),
            "costed": SQL(COSTED, **_used(COSTED, scope)),
        }

    @api.model
    def _run(self, statement, scope):
        """Execute a statement with what it needs of a scope."""
        self.env.cr.execute(SQL(statement, **_used(statement, scope)))

    @api.model
    def _clear(self, scope, estimates_only=False):
        self.env.flush_all()
        self._run(
            """
            DELETE FROM acorn_profit_day
             WHERE company_id = %(company)s AND shop_id %(of_shop)s
               AND day >= %(since)s AND day < %(until)s AND overhead_id IS NULL
            """
            + ("AND estimated AND profit_line != 'advertising'" * estimates_only),
            scope,
        )

    @api.model
    def _add_settled(self, scope):
        self._run(SETTLED, scope)


def _used(statement, scope):
    return {name: value for name, value in scope.items() if f"%({name})s" in statement}
