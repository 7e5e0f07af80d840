from odoo import api, models
from odoo.tools import SQL

# Which settlement has replaced a transaction: the one that it names; or, for what was
# paid out before a settlement ended, the one with lines of the same order that sell, or
# refund, as it does; or, without an order, with the same amount for the same on that
# day.
# What is deferred still is in no settlement, whatever its order.
SETTLED = """
    LEFT JOIN LATERAL (
        SELECT id FROM acorn_settlement
         WHERE shop_id = given.shop_id AND ref = given.settlement_ref
    ) AS named ON TRUE
    LEFT JOIN LATERAL (
        SELECT settlement.id
          FROM acorn_settlement_line line
          JOIN acorn_settlement settlement ON settlement.id = line.settlement_id
         WHERE named.id IS NULL AND given.status != 'deferred'
           AND given.order_ref IS NOT NULL
           AND line.shop_id = given.shop_id AND line.order_ref = given.order_ref
           AND line.currency_id = given.currency_id
           AND settlement.date_to >= given.posted_at
           AND (lower(line.transaction_type) = lower(given.type)
                OR EXISTS (
                    SELECT FROM acorn_transaction_line own
                     WHERE own.transaction_id = given.id
                       AND (lower(own.transaction_type) = lower(line.transaction_type)
                            OR own.nature = line.nature
                               AND own.nature IN ('sale', 'refund'))
                ))
         ORDER BY settlement.date_to, settlement.id LIMIT 1
    ) AS ordered ON TRUE
    LEFT JOIN LATERAL (
        SELECT settlement.id
          FROM acorn_transaction_line own
          JOIN acorn_settlement_line line
            ON line.shop_id = given.shop_id AND line.posted_on = given.posted_on
           AND line.amount = own.amount AND line.nature = own.nature
           AND line.currency_id = given.currency_id
          JOIN acorn_settlement settlement
            ON settlement.id = line.settlement_id
           AND given.posted_at BETWEEN settlement.date_from AND settlement.date_to
         WHERE named.id IS NULL AND given.status != 'deferred'
           AND given.order_ref IS NULL AND own.transaction_id = given.id
           AND own.amount != 0
         ORDER BY settlement.date_to, settlement.id LIMIT 1
    ) AS alike ON TRUE
"""
# A deferred transaction and the one that pays it out are the same money: where both
# are known the latter counts.
PAID_OUT = """
    EXISTS (
        SELECT FROM acorn_transaction other
         WHERE other.shop_id = given.shop_id AND other.id != given.id
           AND (other.ref = given.release_ref OR other.deferred_ref = given.ref)
    )
"""
RECOUNT = f"""
    WITH judged AS (
        SELECT given.id, given.posted_on,
               coalesce(named.id, ordered.id, alike.id) AS settlement_id,
               {PAID_OUT} AS paid_out
          FROM acorn_transaction given {SETTLED}
         WHERE given.shop_id = %(shop)s AND (%(which)s)
    )
    UPDATE acorn_transaction given
       SET settlement_id = judged.settlement_id, paid_out = judged.paid_out,
           counted = judged.settlement_id IS NULL AND NOT judged.paid_out
      FROM judged
     WHERE judged.id = given.id
       AND (given.settlement_id, given.paid_out, given.counted)
           IS DISTINCT FROM (judged.settlement_id, judged.paid_out,
                             judged.settlement_id IS NULL AND NOT judged.paid_out)
 RETURNING judged.posted_on
"""


class AcornTransactionCount(models.AbstractModel):
    """What is not settled yet, each money once: part of ``acorn.transaction``."""

    _name = "acorn.transaction.count"
    _description = "Counting of Transactions"

    @api.model
    def _recount(self, shop, refs):
        """Judge anew whether these transactions count."""
        self._judge(shop, SQL("given.ref = ANY(%s)", refs))

    @api.model
    def _recount_settled(self, settlement):
        """Take out what a settlement has replaced, and put back what it no longer
        does."""
        self._judge(
            settlement.shop_id,
            SQL(
                """
                given.settlement_id = %(id)s OR given.settlement_ref = %(ref)s
                OR given.counted AND given.posted_at <= %(until)s
                """,
                id=settlement.id,
                ref=settlement.ref,
                until=settlement.date_to,
            ),
        )

    @api.model
    def _judge(self, shop, which):
        """Write what counts and which settlement has the rest, and let the profit of
        the days that this changes be summed up anew."""
        Settlement = self.env["acorn.settlement"]
        Settlement.flush_model(
            ["shop_id", "ref", "currency_id", "date_from", "date_to"]
        )
        self.env["acorn.settlement.line"].flush_model()
        self.flush_model()
        rows = self.env.execute_query(SQL(RECOUNT, shop=shop.id, which=which))
        self.invalidate_model(["settlement_id", "paid_out", "counted"])
        if days := {day for [day] in rows if day}:
            self.env["acorn.profit.mark"]._mark(shop, days)
            self.env["acorn.shop.month"]._touch(shop, min(days), max(days))
