"""Exchange rates in a table that a person brings: pure.

Two shapes are read: one rate a line (``date, currency, rate``), or one day a line, with
a column for each currency (as the European Central Bank publishes them).
"""

import re
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation

UTC = timezone.utc
DATE = ("date", "day", "日期")
CURRENCY = ("currency", "币种")
RATE = ("rate", "汇率")
FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d", "%d %B %Y")
NOTHING = ("", "N/A", "-")


class BadRates(ValueError):
    """``args`` are a code of what is wrong, the line, and what stands there."""


def read_rates(rows):
    """Return {(date, currency): units of it for one of the file's currency}.

    :param rows: list of lists of text; the first has the titles
    """
    rows = [row for row in rows if any(row)]
    titles = [title.strip() for title in rows[0]] if rows else []
    lower = [title.lower() for title in titles]
    day = _place(lower, DATE)
    if day is None:
        raise BadRates("no_date", 1, ", ".join(titles)[:200])
    currency, rate = _place(lower, CURRENCY), _place(lower, RATE)
    if currency is not None and rate is not None:
        columns = None
    else:
        columns = {
            place: title.upper()
            for place, title in enumerate(titles)
            if re.fullmatch(r"[A-Za-z]{3}", title) and place != day
        }
        if not columns:
            raise BadRates("no_rates", 1, ", ".join(titles)[:200])
    found = {}
    for number, row in enumerate(rows[1:], 2):
        cells = [*map(str.strip, row), *[""] * (len(titles) - len(row))]
        on = _date(cells[day], number)
        pairs = (
            [(cells[currency].upper(), cells[rate])]
            if columns is None
            else [(code, cells[place]) for place, code in columns.items()]
        )
        for code, text in pairs:
            if text.upper() not in NOTHING:
                found[on, code] = _rate(text, number)
    return found


def _place(titles, wanted):
    return next((titles.index(title) for title in wanted if title in titles), None)


def _date(text, number):
    for form in FORMATS:
        try:
            day = text.split("T")[0].split(" 00:")[0]
            return datetime.strptime(day, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise BadRates("bad_date", number, text)


def _rate(text, number):
    plain = text.replace(" ", "").replace("\u00a0", "")
    if "," in plain:  # the last mark is the decimal one
        comma_last = plain.rfind(",") > plain.rfind(".")
        plain = (
            plain.replace(".", "").replace(",", ".")
            if comma_last
            else plain.replace(",", "")
        )
    try:
        rate = Decimal(plain)
    except InvalidOperation:
        raise BadRates("bad_rate", number, text) from None
    if not rate.is_finite() or rate <= 0:
        raise BadRates("bad_rate", number, text)
    return rate


def based_on(rates, base, own):
    """Return the rates of a file of one currency, for another one.

    :param rates: {(date, currency): units for one of ``base``}
    :return: {(date, currency): units for one of ``own``}, and the days without ``own``
    """
    found, without = {}, set()
    for (day, currency), rate in rates.items():
        mine = Decimal(1) if own == base else rates.get((day, own))
        if mine is None:
            without.add(day)
        elif currency != own:
            found[day, currency] = rate / mine
    if own != base:
        for day in {day for day, _currency in rates} - without:
            found[day, base] = 1 / rates[day, own]
    return found, without
