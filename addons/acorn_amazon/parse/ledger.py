"""The ledger of Amazon's warehouses, as events of Acorn's."""

import re
from collections import Counter
from datetime import datetime
from hashlib import sha256

from odoo.addons.acorn_base.channel import UTC, Refused
from odoo.addons.acorn_base.records import (
    CHANGED,
    CORRECTED,
    DISPOSED,
    FOUND,
    LOST,
    RECEIVED,
    REMOVED,
    RETURNED,
    TRANSFERRED,
    UNKNOWN,
    Ledger,
    LedgerEvent,
)

from ..marketplaces import NETWORKS
from . import table

SALE = "shipments"  # orders tell it
EVENTS = {
    "receipts": RECEIVED,
    "customerreturns": RETURNED,
    "vendorreturns": REMOVED,
    "whsetransfers": TRANSFERRED,
}
ADJUSTMENT = "adjustments"
# Amazon's codes of reason for adjustments. Of a change of condition there are two rows,
# one takes the units from what they were, the other adds them to what they are.
REASONS = {
    "5": LOST,
    "M": LOST,
    "F": FOUND,
    "D": DISPOSED,
    **dict.fromkeys(("E", "H", "K", "U", "6", "7", "P", "Q"), CHANGED),
}

NEEDED = ("date", "msku", "eventtype", "quantity", "disposition", "country")
# What tells an event from others, and is the same whenever Amazon tells it again: not
# the quantities that are reconciled, nor titles, nor columns that may come and go.
STABLE = (
    *("msku", "eventtype", "referenceid", "quantity"),
    *("fulfillmentcenter", "disposition", "reason", "country"),
)
SPELLINGS = dict.fromkeys(("fulfilmentcenter", "fulfilmentcentre"), "fulfillmentcenter")
DAYS = (  # month, day, year in Europe, too
    re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII),
)
SELLABLE = "SELLABLE"
TOLD = 20  # rows that cannot be read; of more the others are counted


def check(text):
    """Refuse what is no ledger, and columns named in the seller's language."""
    names, _lines = _read(text)
    table.need(names, NEEDED)


def parse_ledger(document):
    """Return the ``Ledger`` that a report is, without sales.

    :param document: its body is the report's text in UTF-8
    """
    text = document.body.decode("utf-8-sig")
    check(text)
    names, lines = _read(text)
    events, problems, seen = [], [], Counter()
    for number, line in lines:
        try:
            event = _event(table.Row(number, names, line), seen)
        except Refused as refusal:
            problems.append(str(refusal))
            continue
        if event:
            events.append(event)
    if len(problems) > TOLD:
        problems[TOLD:] = [f"… ({len(problems) - TOLD})"]
    return Ledger(tuple(events), tuple(problems))


def _read(text):
    """Return the names of the columns, letters only, and the lines without quotes."""
    names, lines = table.read(text)
    names = [re.sub("[^a-z]", "", name) for name in names]
    names = [SPELLINGS.get(name, name) for name in names]
    return names, ((number, _unquoted(line)) for number, line in lines)


def _unquoted(line):
    cells = line.rstrip("\r").split("\t")
    return "\t".join(_plain(cell) for cell in cells)


def _plain(cell):
    is_quoted = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1].replace('""', '"') if is_quoted else cell


def _event(row, seen):
    """Return what a row tells, None for a sale.

    :param seen: how many rows there were with the same stable cells
    """
    word, quantity = row["eventtype"], _quantity(row)
    if _letters(word) == SALE or not row["msku"]:
        return None
    day = _day(row)
    cells = (f"{day:%Y-%m-%d}", *(row[name] for name in STABLE))
    seen[cells] += 1  # Amazon has no number for rows, and equal ones are two events
    disposition = row["disposition"]
    return LedgerEvent(
        key=sha256(repr((*cells, seen[cells])).encode()).hexdigest()[:40],
        happened_at=day,
        sku=row["msku"],
        event=_meaning(word, row["reason"]) if disposition else UNKNOWN,
        quantity=quantity,
        sellable=disposition.upper() == SELLABLE,
        network=NETWORKS.get(row["country"].upper(), ""),
        title=row["title"],
        listing_ref=row["asin"],
        word=word,
        reason=row["reason"],
        disposition=disposition,
        ref=row["referenceid"],
        place=row["fulfillmentcenter"],
        country=row["country"],
    )


def _meaning(word, reason):
    name = _letters(word)
    if name != ADJUSTMENT:
        return EVENTS.get(name, UNKNOWN)
    return REASONS.get(reason.upper(), CORRECTED)


def _letters(word):
    return re.sub("[^a-z]", "", word.lower())


def _quantity(row):
    text = row["quantity"]
    if not re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII):
        raise row.unreadable(f"quantity cannot be {text!r}")
    return int(text)


def _day(row):
    """Return noon of the day: it is the same day almost everywhere."""
    for pattern in DAYS:
        if found := pattern.match(row["date"]):
            parts = {name: int(text) for name, text in found.groupdict().items()}
            try:
                return datetime(**parts, hour=12, tzinfo=UTC)
            except ValueError:
                break
    raise row.unreadable(f"date cannot be {row['date']!r}")
