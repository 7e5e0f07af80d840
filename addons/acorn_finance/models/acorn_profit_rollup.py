from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

SUMMED = {"amount:sum", "quantity:sum", "margin:avg", "__count"}
FIRST = {">=": 0, "<": 0, "<=": 1, ">": 1}  # days until what must begin a month
COARSE = {"month", "quarter", "year"}

ROLL_UP = """
    INSERT INTO acorn_profit_month (
        company_id, company_currency_id, shop_id, site_id, day, offer_id, product_id,
        fulfilment, profit_line, estimated, overhead_id, amount, quantity, days
    )
    SELECT company_id, company_currency_id, shop_id, site_id,
           DATE_TRUNC('month', day)::date, offer_id, product_id, fulfilment,
           profit_line, estimated, overhead_id, SUM(amount), SUM(quantity), COUNT(*)
      FROM acorn_profit_day
     WHERE company_id = %(company)s AND day >= %(since)s AND day < %(until)s
       AND (shop_id %(of_shop)s AND overhead_id IS NULL OR overhead_id %(shared)s)
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
"""
FORGET = """
    DELETE FROM acorn_profit_month
     WHERE company_id = %(company)s AND day = %(since)s
       AND (shop_id %(of_shop)s AND overhead_id IS NULL OR overhead_id %(shared)s)
"""


class AcornProfitRollup(models.AbstractModel):
    """Months as a whole, where nobody asks for days: part of ``acorn.profit.day``.

    A year of days is millions of rows; of months a tenth of them, with the same sums.
    """

    _name = "acorn.profit.rollup"
    _description = "Profit of Whole Months"

    @api.model
    def _roll_up(self, company_id, shop_id, day, shared=False):
        """Sum up the month of a day from its days: of a shop, or the shared overheads
        of the company."""
        scope = self._scope(company_id, shop_id, day.replace(day=1), months=1)
        scope |= {"shared": SQL("IS NOT NULL" if shared else "= 0")}
        if shared:
            scope |= {"of_shop": SQL("= 0")}
        self._run(FORGET, scope)
        self._run(ROLL_UP, scope)

    @api.model
    def _roll_up_all(self):
        """Sum up all months from their days."""
        self.env.cr.execute("DELETE FROM acorn_profit_month")
        scope = {
            "company": SQL("acorn_profit_day.company_id"),
            "since": SQL("'-infinity'"),
            "until": SQL("'infinity'"),
            "of_shop": SQL("IS NOT DISTINCT FROM shop_id"),
            "shared": SQL("IS NOT NULL"),
        }
        self._run(ROLL_UP, scope)

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._follow()
        return rows

    def unlink(self):
        gone = [(row.company_id, row.shop_id, row.day) for row in self]
        result = super().unlink()
        self._follow(gone)
        return result

    def _follow(self, touched=None):
        """Months follow days that somebody writes himself."""
        touched = touched or [(row.company_id, row.shop_id, row.day) for row in self]
        self.env.flush_all()
        for company, shop, month in {(c, s, d.replace(day=1)) for c, s, d in touched}:
            self._roll_up(company.id, shop.id, month)
            self._roll_up(company.id, None, month, shared=True)

    # === READING === #

    def _read_group(self, domain, groupby=(), aggregates=(), *args, **kwargs):
        reader = self._reader(domain, groupby, aggregates, kwargs.get("order"))
        if reader is not self:
            return reader._read_group(domain, groupby, aggregates, *args, **kwargs)
        return super()._read_group(domain, groupby, aggregates, *args, **kwargs)

    def _read_grouping_sets(
        self, domain, grouping_sets, aggregates=(), *args, **kwargs
    ):
        specs = [spec for groupby in grouping_sets for spec in groupby]
        reader = self._reader(domain, specs, aggregates, kwargs.get("order"))
        if reader is not self:
            return reader._read_grouping_sets(
                domain, grouping_sets, aggregates, *args, **kwargs
            )
        return super()._read_grouping_sets(
            domain, grouping_sets, aggregates, *args, **kwargs
        )

    @api.model
    def _reader(self, domain, specs, aggregates, order):
        """Return the model that is asked: that of months, when it knows the answer."""
        coarse = (
            set(aggregates) <= SUMMED
            and all(_is_coarse(spec) for spec in specs)
            and all(
                _begins_month(condition)
                for condition in Domain(domain or []).iter_conditions()
            )
        )
        return self.env["acorn.profit.month"] if coarse else self


def _is_coarse(spec):
    name, _colon, granularity = spec.partition(":")
    return name not in ("day", "id") or granularity in COARSE


def _begins_month(condition):
    """Return whether a condition cuts no month in two."""
    name = condition.field_expr.split(".")[0]
    if name in ("id", "amount", "quantity"):
        return False
    if condition.field_expr != "day":
        return name != "day"
    if condition.operator not in FIRST:
        return False
    try:
        day = fields.Date.to_date(condition.value)
    except ValueError:  # "today -1m"
        return False
    return bool(day) and (day + relativedelta(days=FIRST[condition.operator])).day == 1
