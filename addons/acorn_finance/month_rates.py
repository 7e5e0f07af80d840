"""Exchange rates of months, from the rates that Odoo knows."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta


class MonthRates:
    """Averages of the days of each month, and the rates at the end.

    :param since, until: dates; the last month ends with the period
    """

    def __init__(self, env, since, until):
        self._until = until
        self.months = []
        month = since.replace(day=1)
        while month <= until:
            self.months.append(month)
            month += relativedelta(months=1)
        company = env.company.root_id
        self._own = company.currency_id
        found = env["res.currency.rate"].search_fetch(
            [("name", "<=", until), ("company_id", "in", (False, company.id))],
            ["name", "currency_id", "rate"],
            order="name",
        )
        self._known = {
            currency: [(rate.name, rate.rate) for rate in rates]
            for currency, rates in found.grouped("currency_id").items()
        }

    def rate(self, currency, to, month):
        """Return how much of a currency one unit of another is; None if unknown.

        :param month: its first day; False: at the end of the period
        """
        if not month:
            return self._on(currency, to, self._until)
        end = min(month + relativedelta(months=1, days=-1), self._until)
        days = [month + timedelta(days=n) for n in range((end - month).days + 1)]
        rates = [self._on(currency, to, day) for day in days]
        return None if None in rates else sum(rates) / len(rates)

    def _on(self, currency, to, day):
        mine, theirs = self._of(currency, day), self._of(to, day)
        return theirs / mine if mine and theirs else None

    def _of(self, currency, day):
        """Return units of a currency for one of the company's; None if unknown."""
        before = [rate for known, rate in self._known.get(currency, ()) if known <= day]
        if before:
            return before[-1]
        return 1.0 if currency == self._own else None
