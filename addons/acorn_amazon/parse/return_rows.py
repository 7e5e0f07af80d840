"""What Amazon's two reports of returns have in common: rows become documents.

All rows of one return are one document, the same bytes whenever they are read: a report
that is read again changes nothing.
"""

import json
import re
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from odoo.addons.acorn_base.channel import UTC, Document, Refused
from odoo.addons.acorn_base.records import Money

from . import table

# By how their names begin, in the languages in which reports have been seen.
MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan ene gen",
            "feb fév fev",
            "mar mär mrz",
            "apr abr avr",
            "may mai mag",
            "jun juin giu",
            "jul juil lug",
            "aug ago aoû",
            "sep set",
            "oct okt ott out",
            "nov",
            "dec dez dic déc",
        ),
        1,
    )
    for name in names.split()
}
_DAY = re.compile(r"(\d{1,4})[-/. ]([^\W\d_]+|\d{1,2})\.?[-/. ](\d{4}|\d{1,2})")
TRUE = ("y", "yes", "true")


def read(kind, text, made, needed, spellings, key_of):
    """Return the documents of a report.

    :param made: when the report was made, aware UTC
    :param needed: names of columns without which it is no such report
    :param key_of: returns the key of a row's return, or raises ``Refused``
    """
    names, lines = table.read(text, spellings)
    table.need(names, needed)
    found, problems = {}, []
    for number, line in lines:
        try:
            row = table.Row(number, names, line)
            found.setdefault(key_of(row), []).append(row.items())
        except Refused as refusal:
            problems.append(str(refusal))
    documents = [_document(kind, key, rows, made) for key, rows in found.items()]
    if problems:
        documents.append(_unreadable(kind, problems, made))
    return documents


def _document(kind, key, rows, made):
    rows.sort(key=json.dumps)
    return Document(kind, key, made, _dump({"rows": rows}))


def _unreadable(kind, problems, made):
    """Return a document of the lines that cannot be read: parsing it tells why."""
    body = _dump({"rows": [], "problems": problems})
    return Document(kind, f"?{sha256(body).hexdigest()[:16]}", made, body)


def _dump(content):
    return json.dumps(
        content, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    ).encode("utf-8", "replace")


def rows_of(document):
    """Return the rows of a return; ``Refused`` when they could not be read."""
    content = json.loads(document.body)
    if content.get("problems"):
        raise Refused(" ".join(content["problems"]), code="bad_row")
    return content["rows"]


def moment(row, name):
    """Return a time as aware UTC, midnight where only a day is told, or None."""
    text = row.get(name, "")
    if not text:
        return None
    try:
        return _moment(text)
    except ValueError:
        raise _bad(name, text) from None


def _moment(text):
    """Read ISO 8601, and days as 10-Jul-2025, 10-07-2025, 10/07/2025, 2025-07-10."""
    if "T" in text:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    match = _DAY.match(text)
    if not match:
        raise ValueError(text)
    first, month, last = match.groups()
    day, year = (last, first) if len(first) == 4 else (first, last)
    if len(year) < 4:
        raise ValueError(text)
    if not month.isdecimal():
        word = month.lower()
        month = next((m for name, m in MONTHS.items() if word.startswith(name)), 0)
    day, month = int(day), int(month)
    if month > 12:
        day, month = month, day
    return datetime(int(year), month, day, tzinfo=UTC)


def whole(row, name):
    """Return a positive whole number."""
    text = row.get(name, "")
    try:
        number = int(Decimal(text))
    except (ArithmeticError, ValueError):
        number = 0
    if number < 1:
        raise _bad(name, text)
    return number


def money(row, name, currency):
    """Return an amount in a currency, None where there is none."""
    text = row.get(name, "")
    if not text:
        return None
    try:
        return Money(table.amount(text), currency)
    except ValueError:
        raise _bad(name, text) from None


def _bad(name, text):
    return Refused(f"{name} cannot be {text!r}.", code="bad_field")


def reason(word):
    """Return Amazon's word for a reason; the two reports prefix it differently."""
    return word.removeprefix("CR-")
