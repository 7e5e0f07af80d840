"""A report of Amazon's: a table in text, read by the names of its columns.

Columns come in any order, more of them than are documented, and fewer.
"""

import re
from decimal import Decimal

from odoo.addons.acorn_base.channel import Refused

_AMOUNT = re.compile(r"(-?)(\d[\d.,]*?)(?:[.,](\d{1,2}|\d{4,}))?", re.ASCII)


class Row:
    """A line of a report, read by the names of its columns."""

    def __init__(self, number, names, line):
        self.number = number
        cells = line.rstrip("\r").split("\t")
        if len(cells) > len(names):
            raise self.unreadable(f"{len(cells)} cells under {len(names)} columns")
        self._cells = dict(zip(names, cells, strict=False))

    def __getitem__(self, name):
        return self._cells.get(name, "").replace("\0", "").strip()

    def items(self):
        """Return the cells that are not empty, by the names of their columns."""
        found = ((name, self[name]) for name in self._cells)
        return {name: text for name, text in found if name and text}

    def unreadable(self, why):
        return Refused(f"Line {self.number} of the report: {why}.", code="bad_row")


def read(text, spellings=None):
    """Return the names of a table's columns and an iterator of its lines.

    A line is (number, text); empty ones are left out.

    :param spellings: dict name in lower case → the name that is meant
    """
    spellings = spellings or {}
    lines = text.removeprefix("\ufeff").split("\n")
    found = [name.strip().strip('"').lower() for name in lines[0].split("\t")]
    names = [spellings.get(name, name) for name in found]
    return names, ((n, line) for n, line in enumerate(lines[1:], 2) if line.strip())


def need(names, needed):
    """Refuse a table that lacks columns, or names them in the seller's language."""
    missing = [name for name in needed if name not in names]
    if missing:
        raise Refused(
            f"The report lacks the columns {', '.join(missing)}. It has: "
            f"{', '.join(names)[:500]}. Set the language of feed processing reports to "
            "English in Seller Central, Settings, Account Info.",
            code="missing_column",
        )


def amount(text):
    """Return an amount in whatever format of the site; ValueError when it is none.

    No amount has three decimals: three digits after a mark are thousands.
    """
    match = _AMOUNT.fullmatch(re.sub(r"\s", "", text))
    if not match:
        raise ValueError(f"{text!r} is no amount")
    sign, whole, decimals = match.groups()
    plain = re.sub("[.,]", "", whole)
    return Decimal(f"{sign}{plain}.{decimals}" if decimals else f"{sign}{plain}")
