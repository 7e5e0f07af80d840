from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.acorn_base.quiet import BULK

SUMMED = {"amount:sum", "quantity:sum", "margin:avg", "__count"}
FIRST = {">=": 0, "<": 0, "<=": 1, ">": 1}  # days until what must begin a month
COARSE = {"month", "quarter", "year"}
EVER = date(1, 1, 1), date(9999, 12, 31)

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
        if set(aggregates) <= SUMMED and all(_is_coarse(spec) for spec in specs):
            domain = Domain(domain or [])
            months = self.env["acorn.profit.month"]
            if all(_begins_month(each) for each in domain.iter_conditions()):
                return months
            if whole := _whole_months(domain):
                return months.with_context(acorn_whole_months=(BULK, *whole))
        return self


def _is_coarse(spec):
    name, _colon, granularity = spec.partition(":")
    return name not in ("day", "id") or granularity in COARSE


def _begins_month(condition):
    """Return whether a condition cuts no month in two."""
    if not _is_of_day(condition):
        return _is_of_months(condition)
    day = _first_day(condition)
    return bool(day) and day.day == 1


def _is_of_day(condition):
    return condition.field_expr == "day"


def _is_of_months(condition):
    """Return whether months know what a condition is about."""
    name = condition.field_expr.split(".")[0]
    return name not in ("id", "day", "amount", "quantity")


def _first_day(condition):
    """Return the first day that a condition lets in, or no longer; None if unknown."""
    if condition.operator not in FIRST:
        return None
    try:
        day = fields.Date.to_date(condition.value)
    except ValueError:  # "today -1m"
        return None
    return day and day + relativedelta(days=FIRST[condition.operator])


def _whole_months(domain):
    """Return the dates between which a period has whole months, or None.

    The days before and after are of months that it cuts in two.
    """
    since, until = EVER
    for part in domain.children if _is_and(domain) else [domain]:
        if all(map(_is_of_months, part.iter_conditions())):
            continue
        day = hasattr(part, "field_expr") and _is_of_day(part) and _first_day(part)
        if not day:
            return None
        month = day.replace(day=1)
        if part.operator.startswith("<"):
            until = min(until, month)
        else:
            since = max(since, month + relativedelta(months=int(day != month)))
    return (since, until) if since < until else None


def _is_and(domain):
    return getattr(domain, "OPERATOR", None) == "&"
