"""Amazon's settlement report, "flat file V2", as a settlement of Acorn's.

The first line below the columns tells period, deposit, total and currency; each other
line is one amount. Columns come in any order, 23 or 24 of them or more.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from zoneinfo import ZoneInfo

from odoo.addons.acorn_base.channel import UTC, Document, Refused
from odoo.addons.acorn_base.finance_records import (
    BY_CHANNEL,
    BY_SELLER,
    Settlement,
    SettlementLine,
)

from ..marketplaces import BY_NAME, TABLE
from .local_format import Amounts, Moments, charset

HEAD = (
    "settlement-id",
    "settlement-start-date",
    "settlement-end-date",
    "deposit-date",
    "total-amount",
    "currency",
)
WORDS = ("transaction-type", "amount-type", "amount-description")
AMOUNT, POSTED, POSTED_DAY = "amount", "posted-date-time", "posted-date"
TEXTS = (  # and what they are of a line
    ("order-id", "order_ref"),
    ("merchant-order-id", "merchant_order_ref"),
    ("adjustment-id", "adjustment_ref"),
    ("shipment-id", "shipment_ref"),
    ("order-item-code", "line_ref"),
    ("sku", "sku"),
    ("promotion-id", "promotion_ref"),
)
SITE, SHIPPER, QUANTITY = "marketplace-name", "fulfillment-id", "quantity-purchased"
PICKED = (
    *("settlement-id", "currency", *WORDS, AMOUNT, POSTED, POSTED_DAY),
    *(SITE, SHIPPER, QUANTITY, *(name for name, _field in TEXTS)),
)
NEEDED = (*HEAD, *WORDS, AMOUNT, POSTED_DAY)
SPELLINGS = {"fulfilment-id": SHIPPER}
FULFILMENTS = {"afn": BY_CHANNEL, "mfn": BY_SELLER}
TOLD = 5  # lines that cannot be read; of more the others are counted
MISSING = "?"  # how the key of a report begins whose file is no settlement


def parse_settlement(document):
    """Return the ``Settlement`` that a report is, whether its lines add up or not.

    :param document: its body is the file as it came
    """
    if document.body.startswith(MISSING.encode()):
        why = document.body[len(MISSING) :].decode()
        raise Refused(why, code="settlement_gone")
    return read_settlement(document.body)


def settlement_document(content, made=None, report=""):
    """Return a file as the ``Document`` of the settlement that it tells of.

    :param content: bytes, kept as they are
    :param made: when Amazon made the report; else the end of the settlement
    :param report: number of the report, by which a file that is no settlement is kept:
        parsing it tells why. Without one ``Refused`` is raised.
    """
    try:
        head = _File(content).head
        key, version = head.ref, made or head.until
    except Refused:
        if not report:
            raise
        key, version = f"{MISSING}{report}", made
    return Document("settlement", key, version, content)


def missing_document(report, why, made):
    """Return a document instead of a report's file: parsing it tells why it is missing.

    :param made: when Amazon made the report, aware UTC
    """
    body = f"{MISSING}report {report}: {why}".encode()
    return Document("settlement", f"{MISSING}{report}", made, body)


def read_settlement(content):
    """Return the ``Settlement`` that a file in bytes tells of.

    ``Refused`` names the lines that cannot be read: a settlement is known whole or not
    at all.
    """
    file = _File(content)
    head, lines, problems = file.head, [], []
    read = _Lines(head, file.amounts, file.moments)
    for number, cells in file.rows:
        try:
            lines.append(read.line(number, file.pick(cells)))
        except ValueError as error:
            problems.append(f"line {number}: {error}")
    if problems:
        told = "; ".join(problems[:TOLD])
        more = f"; and {len(problems) - TOLD} more" if len(problems) > TOLD else ""
        raise Refused(told + more, code="bad_settlement")
    return Settlement(
        ref=head.ref,
        currency=head.currency,
        since=head.since,
        until=head.until,
        deposited_at=head.deposited_at,
        total=head.total,
        lines=tuple(lines),
    )


@dataclass
class _Head:
    """What the first line below the columns tells."""

    ref: str
    currency: str
    since: datetime
    until: datetime
    deposited_at: datetime | None
    total: Decimal


class _File:
    """The columns of a file, its first line, and the others as they are asked for."""

    head: _Head
    rows: Iterator  # (number, cells) of the lines that follow

    def __init__(self, content):
        text = io.TextIOWrapper(
            io.BytesIO(content), encoding=charset(content), newline="\n"
        )
        lines = ((number, _cells(line)) for number, line in enumerate(text, 1))
        self.rows = (row for row in lines if any(row[1]))
        _number, told = next(self.rows, (1, []))
        self._names = [_name(cell) for cell in told]
        _check(self._names, told)
        self.pick = self._picker(PICKED)
        self.amounts = Amounts()
        number, cells = next(self.rows, (2, []))
        try:
            self.head = self._head(
                dict(zip(HEAD, self._picker(HEAD)(cells), strict=True))
            )
        except ValueError as error:
            raise Refused(f"line {number}: {error}", code="bad_settlement") from None

    def _picker(self, names):
        """Return the function that picks the cells of these columns of a line."""
        width = len(self._names)
        places = (self._names.index(n) if n in self._names else width for n in names)
        picked = itemgetter(*places)

        def pick(cells):
            if len(cells) > width:
                raise ValueError(f"{len(cells)} cells under {width} columns")
            return picked(cells + [""] * (width + 1 - len(cells)))

        return pick

    def _head(self, cells):
        if not cells["total-amount"] or not cells["settlement-id"]:
            raise ValueError("it tells no settlement-id and total-amount")
        currency = cells["currency"].upper()
        if len(currency) != 3 or not currency.isalpha():
            raise ValueError(f"currency cannot be {currency!r}")
        start, end, deposit = (cells[name] for name in HEAD[1:4])
        self.moments = Moments.of(currency, start, end)
        return _Head(
            ref=cells["settlement-id"],
            currency=currency,
            since=_read(self.moments, "settlement-start-date", start)[0],
            until=_read(self.moments, "settlement-end-date", end)[0],
            deposited_at=(
                _read(self.moments, "deposit-date", deposit)[0] if deposit else None
            ),
            total=_read(self.amounts, "total-amount", cells["total-amount"]),
        )


class _Lines:
    """Reads the lines of one file; what is told again and again is kept once."""

    def __init__(self, head, amounts, moments):
        self._head = head
        self._amounts = amounts
        self._moments = moments
        self._home = next((m for m in TABLE if m.currency == head.currency), None)
        self._same, self._markets, self._posted = {}, {}, {}

    def line(self, number, cells):
        """Return what a line says; ValueError when it cannot be read.

        :param cells: those of ``PICKED``
        """
        ref, currency, kind, amount_type, word, amount, *cells = cells
        if ref != self._head.ref and ref:
            raise ValueError(f"it belongs to another settlement, {ref!r}")
        if currency and currency.upper() != self._head.currency:
            raise ValueError(f"its currency is another one, {currency!r}")
        moment, day, name, shipper, quantity, *texts = cells
        same = self._same.setdefault
        site, zone = self._market(name)
        posted_at, posted_on = self._time(moment or day, zone)
        return SettlementLine(
            number=number,
            transaction_type=same(kind, kind),
            amount_type=same(amount_type, amount_type),
            description=same(word, word),
            amount=_read(self._amounts, AMOUNT, amount),
            posted_at=posted_at,
            posted_on=posted_on,
            site=site,
            site_name=same(name, name),
            fulfilment=FULFILMENTS.get(shipper.lower(), ""),
            quantity=_whole(quantity) if quantity else 0,
            **{
                field: same(text, text)
                for (_name, field), text in zip(TEXTS, texts, strict=True)
                if text
            },
        )

    def _market(self, name):
        """Return the site's reference, '' for none of Amazon's, and the time there."""
        found = self._markets.get(name)
        if found is None:
            known = BY_NAME.get(name.lower().removeprefix("www."))
            place = known or self._home
            zone = ZoneInfo(place.timezone if place else "UTC")
            found = self._markets[name] = (known.ref if known else "", zone)
        return found

    def _time(self, text, zone):
        """Return when it was, as aware UTC, and the date where the site is."""
        found = self._posted.get((text, zone.key))
        if found is None:
            moment, day = _read(self._moments, POSTED, text)
            if day:  # of the site, all day long
                moment = _midnight(day, zone)
            found = moment, day or moment.astimezone(zone).date()
            self._posted[text, zone.key] = found
        return found


def _midnight(day, zone):
    moment = datetime(day.year, day.month, day.day, tzinfo=zone)
    return moment.astimezone(UTC)


def _read(reader, name, text):
    try:
        return reader.parse(text)
    except ValueError:
        raise ValueError(f"{name} cannot be {text!r}") from None


def _whole(text):
    try:
        return int(Decimal(text.replace(",", ".")))
    except ArithmeticError:
        raise ValueError(f"{QUANTITY} cannot be {text!r}") from None


def _cells(line):
    if "\0" in line:
        line = line.replace("\0", "")
    cells = [cell.strip() for cell in line.split("\t")]
    if '"' in line:
        cells = [_plain(cell) for cell in cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _plain(cell):
    """Return what stands between quotes, as spreadsheets save it."""
    is_quoted = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1].replace('""', '"').strip() if is_quoted else cell


def _name(cell):
    name = cell.removeprefix("\ufeff").lower().replace(" ", "-").replace("_", "-")
    return SPELLINGS.get(name, name)


def _check(names, told):
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise Refused(
            f"It lacks the columns {', '.join(missing)}. It has: "
            f"{', '.join(told)[:500]}.",
            code="no_settlement",
        )
