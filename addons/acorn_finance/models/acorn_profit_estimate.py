from odoo import api, models
from odoo.tools import SQL

from odoo.addons.acorn_base.natures import NATURES

# What one of a currency was worth in the company's, on a day: as Odoo converts, but
# without a rate there is no worth. Odoo would take 1.
WORTH = """
    CASE WHEN {currency} = %(currency)s THEN 1 ELSE
        COALESCE((
            SELECT rate FROM res_currency_rate
             WHERE currency_id = %(currency)s AND name <= {day}
               AND (company_id = %(root)s OR company_id IS NULL)
             ORDER BY company_id, name DESC LIMIT 1), 1)
        / (
            SELECT rate FROM res_currency_rate
             WHERE currency_id = {currency} AND name <= {day}
               AND (company_id = %(root)s OR company_id IS NULL)
             ORDER BY company_id, name DESC LIMIT 1)
    END
"""
ROUNDED = "ROUND({amount} / %(step)s) * %(step)s"

# Amounts of transactions that no settlement has replaced yet.
COUNTED = f"""
    counted AS (
        SELECT told.site_id, told.posted_on AS day, line.offer_id,
               COALESCE(line.product_id, offer.product_id) AS product_id,
               COALESCE(
                   line.fulfilment,
                   CASE offer.by_channel WHEN TRUE THEN 'fba' WHEN FALSE THEN 'fbm' END
               ) AS fulfilment,
               COALESCE(rule.profit_line, word.profit_line) AS line,
               line.amount * worth.rate AS amount,
               CASE WHEN line.nature = 'sale' THEN line.quantity
                    WHEN line.nature = 'refund' THEN -ABS(line.quantity)
                    ELSE 0 END AS quantity
          FROM acorn_transaction told
          JOIN LATERAL (SELECT
               {WORTH.format(currency="told.currency_id", day="told.posted_on")} AS rate
          ) worth ON worth.rate IS NOT NULL
          JOIN acorn_transaction_line line ON line.transaction_id = told.id
          LEFT JOIN acorn_fee_rule rule ON rule.id = line.rule_id
          LEFT JOIN acorn_offer offer ON offer.id = line.offer_id
          LEFT JOIN (VALUES %(natures)s) word (nature, profit_line)
            ON word.nature = line.nature
         WHERE told.shop_id = %(shop)s AND told.company_id = %(company)s
           AND told.posted_on >= %(since)s AND told.posted_on < %(until)s
           AND %(counts)s
    )
"""

TRANSACTIONS = f"""
    WITH {COUNTED}
    INSERT INTO acorn_profit_day (
        company_id, company_currency_id, shop_id, site_id, day, offer_id, product_id,
        fulfilment, profit_line, estimated, amount, quantity
    )
    SELECT %(company)s, %(currency)s, %(shop)s, site_id, day, offer_id, product_id,
           fulfilment, line, TRUE, {ROUNDED.format(amount="SUM(amount)")}, SUM(quantity)
      FROM counted
     WHERE line IS NOT NULL AND line != 'advertising'
     GROUP BY site_id, day, offer_id, product_id, fulfilment, line
    HAVING {ROUNDED.format(amount="SUM(amount)")} != 0 OR SUM(quantity) != 0
"""

# What left, or came back, and whose cost no settlement and no invoice has booked yet;
# what of it is landed cost is cut off as entries have it.
COST = f"""
    INSERT INTO acorn_profit_day (
        company_id, company_currency_id, shop_id, site_id, day, offer_id, product_id,
        fulfilment, profit_line, estimated, amount, quantity
    )
    SELECT %(company)s, %(currency)s, %(shop)s, site_id, day, offer_id,
           COALESCE(sold_product_id, moved.product_id), fulfilment, part.line, TRUE,
           -SUM(part.cost), 0
      FROM (%(moved)s) moved
      LEFT JOIN (%(shares)s) landed
        ON landed.product_id = moved.product_id
       AND moved.left_on >= landed.since AND moved.left_on < landed.until
      JOIN LATERAL (
           SELECT {ROUNDED.format(amount="moved.cost * COALESCE(landed.share, 0)")}
           AS landed
      ) of_it ON TRUE
      JOIN LATERAL (VALUES
               ('cost_of_goods', moved.cost - of_it.landed),
               ('landed_cost', of_it.landed)
      ) part (line, cost) ON TRUE
     WHERE cost_move_id IS NULL AND NOT EXISTS (
           SELECT FROM sale_order_line_invoice_rel rel
             JOIN account_move_line bill ON bill.id = rel.invoice_line_id
             JOIN account_move_line item ON item.move_id = bill.move_id
                                        AND item.cogs_origin_id = bill.id
            WHERE rel.order_line_id = moved.sale_line_id AND moved.cost > 0
              AND item.parent_state = 'posted'
              AND item.acorn_profit_line IN ('cost_of_goods', 'landed_cost'))
     GROUP BY site_id, day, offer_id, COALESCE(sold_product_id, moved.product_id),
              fulfilment, part.line
    HAVING SUM(part.cost) != 0
"""

NATURE_LINES = SQL(", ").join(
    SQL("(%s, %s)", nature.code, nature.profit_line)
    for nature in NATURES
    if nature.profit_line
)


class AcornProfitEstimate(models.AbstractModel):
    """What is not settled yet: part of ``acorn.profit.day``."""

    _name = "acorn.profit.estimate"
    _description = "Profit That Is Estimated"

    @api.model
    def _estimate_scope(self, scope):
        return scope | {
            "natures": NATURE_LINES,
            "counts": self._sql_counts(),
            "shares": self.env["acorn.landed.cost"]._sql_shares(scope["company"]),
        }

    @api.model
    def _sql_counts(self):
        """Return whether a transaction ``told`` counts: until its settlement is posted,
        and not beside another one that pays it out."""
        return SQL(
            """
            told.paid_out IS NOT TRUE AND NOT EXISTS (
                SELECT FROM acorn_settlement
                 WHERE id = told.settlement_id AND state = 'posted')
            """
        )

    @api.model
    def _add_estimates(self, scope):
        scope = self._estimate_scope(scope)
        self._run(TRANSACTIONS, scope)
        self._run(COST, scope)
