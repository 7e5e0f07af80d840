from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class AcornProfitMark(models.Model):
    """A day of a shop whose profit is to be summed up anew.

    Marks are only added and taken away, never shared: who marks while a day is being
    summed up leaves a mark of his own, and it is summed up once more.
    """

    _name = "acorn.profit.mark"
    _description = "Profit to Be Summed Up Anew"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    shop_id = fields.Many2one("acorn.shop", index=True, ondelete="cascade")
    day = fields.Date(required=True)
    month = fields.Boolean(help="Its whole month, not only what is estimated of a day.")

    # === MARKING === #

    @api.model
    def _mark(self, shop, days, month=True):
        """Mark days of a shop, each with its whole month or alone.

        :param days: dates
        """
        if not days:
            return
        if month:
            days = {day.replace(day=1) for day in days}
        self._add(
            SQL(
                "SELECT %s, %s, day, %s FROM UNNEST(%s::date[]) day",
                shop.company_id.id,
                shop.id,
                month,
                sorted(set(days)),
            )
        )

    @api.model
    def _mark_moves(self, moves):
        """Mark the months of entries that count, and of what they replace."""
        moves.flush_recordset(["state", "date", "acorn_shop_id"])
        moves.line_ids.flush_recordset()
        ids = tuple(moves.ids) or (0,)
        self._add(
            SQL(
                """
                SELECT DISTINCT item.company_id, item.acorn_shop_id,
                       DATE_TRUNC('month', item.date)::date, TRUE
                  FROM account_move_line item
                 WHERE item.move_id IN %(ids)s
                   AND (item.acorn_profit_line IS NOT NULL OR EXISTS (
                       SELECT FROM acorn_overhead_account_rel rel
                        WHERE rel.account_id = item.account_id))
                 UNION
                SELECT DISTINCT told.company_id, told.shop_id,
                       DATE_TRUNC('month', told.posted_on)::date, TRUE
                  FROM acorn_transaction told
                  JOIN account_move move
                    ON move.acorn_settlement_id = told.settlement_id
                 WHERE move.id IN %(ids)s AND told.posted_on IS NOT NULL
                """,
                ids=ids,
            )
        )

    @api.model
    def _mark_goods(self, since):
        """Mark the days, wherever that is, on which goods of shops moved lately."""
        self._add(
            SQL(
                """
                SELECT DISTINCT company_id, acorn_shop_id, day::date, FALSE
                  FROM stock_move, UNNEST(ARRAY[date - INTERVAL '14 hours',
                                                date + INTERVAL '14 hours']) AS day
                 WHERE date >= %s AND state = 'done' AND acorn_shop_id IS NOT NULL
                """,
                since,
            ),
            wake=False,  # they are worked off at once
        )

    @api.model
    def _mark_landed(self, since):
        """Mark the days of goods whose cost is estimated still, from the date of a
        landed cost on that became valid lately."""
        if not self.env["acorn.landed.cost"]._is_known():
            return
        self._add(
            SQL(
                """
                SELECT DISTINCT move.company_id, move.acorn_shop_id, day::date, FALSE
                  FROM stock_landed_cost cost
                  JOIN stock_valuation_adjustment_lines line ON line.cost_id = cost.id
                  JOIN stock_move move ON move.product_id = line.product_id
                                      AND move.company_id = cost.company_id
                                      AND move.date >= cost.date - INTERVAL '1 day',
                       UNNEST(ARRAY[move.date - INTERVAL '14 hours',
                                    move.date + INTERVAL '14 hours']) AS day
                 WHERE cost.write_date >= %s AND cost.state = 'done'
                   AND move.state = 'done' AND move.acorn_shop_id IS NOT NULL
                   AND move.acorn_cost_move_id IS NULL
                """,
                since,
            ),
            wake=False,  # they are worked off at once
        )

    @api.model
    def _mark_accounts(self, companies, accounts):
        """Mark the months in which something is booked on accounts of overheads."""
        self._add(
            SQL(
                """
                SELECT DISTINCT company_id, NULL::int,
                       DATE_TRUNC('month', date)::date, TRUE
                  FROM account_move_line
                 WHERE company_id IN %s AND account_id IN %s AND parent_state = 'posted'
                """,
                tuple(companies.ids) or (0,),
                tuple(accounts.ids) or (0,),
            )
        )

    @api.model
    def _mark_all(self, companies):
        """Mark every month of which anything is known, in companies."""
        ids = tuple(companies.ids) or (0,)
        self._add(
            SQL(
                """
                SELECT company_id, acorn_shop_id, DATE_TRUNC('month', date)::date, TRUE
                  FROM account_move_line
                 WHERE company_id IN %(ids)s AND acorn_profit_line IS NOT NULL
                 UNION
                SELECT company_id, shop_id, DATE_TRUNC('month', posted_on)::date, TRUE
                  FROM acorn_transaction
                 WHERE company_id IN %(ids)s AND posted_on IS NOT NULL
                 UNION
                SELECT company_id, acorn_shop_id, DATE_TRUNC('month', date)::date, TRUE
                  FROM stock_move
                 WHERE company_id IN %(ids)s AND state = 'done'
                   AND acorn_shop_id IS NOT NULL
                 UNION
                SELECT company_id, shop_id, DATE_TRUNC('month', day)::date, TRUE
                  FROM acorn_product_day
                 WHERE company_id IN %(ids)s
                 UNION
                SELECT company_id, shop_id, DATE_TRUNC('month', day)::date, TRUE
                  FROM acorn_profit_day
                 WHERE company_id IN %(ids)s
                 UNION
                SELECT company_id, NULL, DATE_TRUNC('month', date)::date, TRUE
                  FROM account_move_line item
                  JOIN acorn_overhead_account_rel rel
                    ON rel.account_id = item.account_id
                 WHERE company_id IN %(ids)s AND parent_state = 'posted'
                """,
                ids=ids,
            )
        )

    def _add(self, rows, wake=True):
        """Write marks down.

        :param rows: SQL of (company, shop, day, whether the whole month)
        :param wake: have them worked off soon
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "INSERT INTO acorn_profit_mark (company_id, shop_id, day, month) %s",
                rows,
            )
        )
        if wake and self.env.cr.rowcount:
            self.env.ref("acorn_finance.ir_cron_profit")._trigger()

    # === SUMMING UP === #

    @api.model
    def _cron_rebuild(self):
        """Sum up anew what is marked, a shop's month at a time."""
        cron = self.env["ir.cron"]
        last = self.env.ref("acorn_finance.ir_cron_profit").lastcall
        since = (last or fields.Datetime.now()) - timedelta(hours=1)
        self._mark_goods(since)
        self._mark_landed(since)
        todo = self._months()
        cron._commit_progress(remaining=len(todo))
        for company_id, shop_id, month in todo:
            self._rebuild_month(company_id, shop_id, month)
            if not cron._commit_progress(1):
                break

    @api.model
    def _rebuild_all(self):
        """Sum up anew what is marked, at once."""
        for key in self._months():
            self._rebuild_month(*key)

    def _months(self):
        self.env.cr.execute(
            """
            SELECT company_id, shop_id, DATE_TRUNC('month', day)::date
              FROM acorn_profit_mark
             GROUP BY 1, 2, 3
             ORDER BY 3 DESC, 1, 2
            """
        )
        return self.env.cr.fetchall()

    def _rebuild_month(self, company_id, shop_id, month):
        """Take the marks of a month and do what they ask for.

        Whoever has taken them meanwhile makes this fail and be tried again: nobody
        writes a day twice.
        """
        end = month + relativedelta(months=1)
        self.env.cr.execute(
            """
            SELECT id, day, month FROM acorn_profit_mark
             WHERE company_id = %s AND shop_id IS NOT DISTINCT FROM %s
               AND day >= %s AND day < %s
               FOR UPDATE
            """,
            [company_id, shop_id, month, end],
        )
        marks = self.env.cr.fetchall()
        if not marks:
            return
        Profit = self.env["acorn.profit.day"]
        if any(whole for _id, _day, whole in marks):
            Profit._rebuild_month(company_id, shop_id, month)
        else:
            for day in sorted({day for _id, day, _whole in marks}):
                Profit._rebuild_day(company_id, shop_id, day)
        Profit._rebuild_overheads(company_id, month)
        self.env.cr.execute(
            "DELETE FROM acorn_profit_mark WHERE id IN %s",
            [tuple(mark[0] for mark in marks)],
        )
