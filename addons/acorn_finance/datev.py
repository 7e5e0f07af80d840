"""DATEV's booking batch ("Buchungsstapel"): header 700, category 21, format 13.

Written after DATEV's own description: one line of 31 fields about the batch, one with
the names of 125 columns, then a line for each posting. Windows-1252, semicolons,
decimal comma, CR LF. An amount is positive; S or H says on which side of ``account`` it
stands.

An entry of many items becomes one posting for each of them against the entry's largest
plain item (the hub), so that every account's sum stays what it is in the journal.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
MOST_POSTINGS = 99_999
NO_AUTOMATIC = "40"  # the account computes no tax: it is a posting of its own
COLUMNS = (
    "Umsatz (ohne Soll/Haben-Kz)",
    "Soll/Haben-Kennzeichen",
    "WKZ Umsatz",
    "Kurs",
    "Basis-Umsatz",
    "WKZ Basis-Umsatz",
    "Konto",
    "Gegenkonto (ohne BU-Schlüssel)",
    "BU-Schlüssel",
    "Belegdatum",
    "Belegfeld 1",
    "Belegfeld 2",
    "Skonto",
    "Buchungstext",
    "Postensperre",
    "Diverse Adressnummer",
    "Geschäftspartnerbank",
    "Sachverhalt",
    "Zinssperre",
    "Beleglink",
    *(f"Beleginfo - {kind} {n}" for n in range(1, 9) for kind in ("Art", "Inhalt")),
    "KOST1 - Kostenstelle",
    "KOST2 - Kostenstelle",
    "Kost-Menge",
    "EU-Land u. UStID (Bestimmung)",
    "EU-Steuersatz (Bestimmung)",
    "Abw. Versteuerungsart",
    "Sachverhalt L+L",
    "Funktionsergänzung L+L",
    "BU 49 Hauptfunktionstyp",
    "BU 49 Hauptfunktionsnummer",
    "BU 49 Funktionsergänzung",
    *(
        f"Zusatzinformation{dash} {n}"
        for n in range(1, 21)
        for dash in (" - Art", "- Inhalt")
    ),
    "Stück",
    "Gewicht",
    "Zahlweise",
    "Forderungsart",
    "Veranlagungsjahr",
    "Zugeordnete Fälligkeit",
    "Skontotyp",
    "Auftragsnummer",
    "Buchungstyp",
    "USt-Schlüssel (Anzahlungen)",
    "EU-Land (Anzahlungen)",
    "Sachverhalt L+L (Anzahlungen)",
    "EU-Steuersatz (Anzahlungen)",
    "Erlöskonto (Anzahlungen)",
    "Herkunft-Kz",
    "Buchungs GUID",
    "KOST-Datum",
    "SEPA-Mandatsreferenz",
    "Skontosperre",
    "Gesellschaftername",
    "Beteiligtennummer",
    "Identifikationsnummer",
    "Zeichnernummer",
    "Postensperre bis",
    "Bezeichnung SoBil-Sachverhalt",
    "Kennzeichen SoBil-Buchung",
    "Festschreibung",
    "Leistungsdatum",
    "Datum Zuord. Steuerperiode",
    "Fälligkeit",
    "Generalumkehr (GU)",
    "Steuersatz",
    "Land",
    "Abrechnungsreferenz",
    "BVV-Position",
    "EU-Land u. UStID (Ursprung)",
    "EU-Steuersatz (Ursprung)",
    "Abw. Skontokonto",
)
PLACES = {name: place for place, name in enumerate(COLUMNS)}


@dataclass(frozen=True)
class Batch:
    """What the header tells."""

    consultant: int
    client: int
    year_start: date
    account_length: int
    since: date
    until: date
    label: str
    created_at: datetime
    chart: str = ""  # 03, 04
    currency: str = "EUR"


@dataclass(frozen=True)
class Tax:
    """A tax that DATEV knows by a key, and computes itself from a gross amount."""

    key: str
    rate: Decimal  # per cent

    def inside(self, gross):
        return (gross * self.rate / (100 + self.rate)).quantize(CENT, ROUND_HALF_UP)

    def on(self, net):
        return (net * self.rate / 100).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Item:
    """A journal item, in the currency of the books: a debit is positive."""

    account: str
    balance: Decimal
    text: str = ""
    tax: Tax | None = None  # on it, where it is taxed with one known tax
    tax_of: Tax | None = None  # it is this tax
    automatic: bool = False  # the account computes a tax in DATEV
    automatic_tax: Tax | None = None  # which
    note: str = ""  # the amount in its own currency


@dataclass(frozen=True)
class Entry:
    ref: str
    day: date
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Posting:
    amount: Decimal  # positive
    debit: bool  # on ``account``
    account: str
    contra: str  # the key is about this one
    key: str
    day: date
    ref: str
    text: str
    note: str = ""


def postings(entry):
    """Return the postings of an entry."""
    hub = hub_of(entry.items)
    items = with_tax_inside(entry.items) if hub else without_keys(entry.items)
    hub = hub or max(items, key=lambda item: abs(item.balance)).account
    return [
        Posting(
            amount=abs(item.balance),
            debit=item.balance < 0,  # the hub stands on the other side
            account=hub,
            contra=item.account,
            key=key_of(item),
            day=entry.day,
            ref=entry.ref,
            text=item.text,
            note=item.note,
        )
        for item in items
        if item.balance and item.account != hub
    ]


def hub_of(items):
    """Return the account that all others of an entry are posted against: the largest
    that has to do with no tax, or ''."""
    taxed = {i.account for i in items if i.tax or i.tax_of or i.automatic}
    sums = defaultdict(Decimal)
    for item in items:
        if item.account not in taxed:
            sums[item.account] += abs(item.balance)
    return min(sums, key=lambda account: (-sums[account], account), default="")


def key_of(item):
    """Return the key of a posting: of the tax that is inside it, if one is."""
    if item.automatic:
        return "" if item.tax else NO_AUTOMATIC
    return item.tax.key if item.tax else ""


def with_tax_inside(items):
    """Put taxes into what they are on, where DATEV finds the same to the cent.

    Where it would not, the tax stays a posting of its own, and what is taxed is posted
    without a key.
    """
    bases, taxes = defaultdict(list), defaultdict(list)
    for item in items:
        if item.tax:
            bases[item.tax].append(item)
        if item.tax_of:
            taxes[item.tax_of].append(item)
    result = [item for item in items if not item.tax and not item.tax_of]
    for tax in dict.fromkeys([*bases, *taxes]):
        result += _joined(tax, bases[tax], taxes[tax])
    return result


def _joined(tax, bases, taxes):
    nets = _net_by_place(bases)
    wanted = sum((item.balance for item in taxes), Decimal(0))
    gross = [_grown(item, item.balance + tax.on(item.balance)) for item in nets]
    exact = all(
        tax.inside(big.balance) == big.balance - small.balance
        and (not small.automatic or small.automatic_tax == tax)
        for big, small in zip(gross, nets, strict=True)
    )
    found = sum((tax.on(item.balance) for item in nets), Decimal(0))
    if exact and found == wanted:
        return gross
    return without_keys(bases) + taxes


def without_keys(items):
    return [_grown(item, item.balance, tax=None) for item in items]


def _net_by_place(bases):
    """Return items with those of one account made one, as DATEV rounds each."""
    sums = {}
    for item in bases:
        place = item.account, item.text
        known = sums.get(place)
        sums[place] = _grown(item, item.balance + known.balance) if known else item
    return list(sums.values())


def _grown(item, balance, **changes):
    values = {name: getattr(item, name) for name in Item.__dataclass_fields__}
    return Item(**values | {"balance": balance, **changes})


# === THE FILE === #


def write(batch, entries):
    """Return the files of a batch, as bytes: as many as DATEV's limit demands."""
    rows = [posting for entry in entries for posting in postings(entry)]
    return [
        _file(batch, rows[start : start + MOST_POSTINGS])
        for start in range(0, len(rows), MOST_POSTINGS)
    ]


def _file(batch, rows):
    lines = [_header(batch), ";".join(COLUMNS)]
    lines += [_line(batch, posting) for posting in rows]
    return "".join(f"{line}\r\n" for line in lines).encode("cp1252", "replace")


def _header(batch):
    created = (
        f"{batch.created_at:%Y%m%d%H%M%S}{batch.created_at.microsecond // 1000:03}"
    )
    values = [
        *(_text("EXTF"), "700", "21", _text("Buchungsstapel"), "13", created, ""),
        *(_text("AC"), _text(""), _text("")),  # made by, exported by, imported by
        *(str(batch.consultant), str(batch.client), f"{batch.year_start:%Y%m%d}"),
        *(str(batch.account_length), f"{batch.since:%Y%m%d}", f"{batch.until:%Y%m%d}"),
        *(_text(batch.label, 30), _text("")),
        *("1", "0", "0"),  # bookkeeping; for all purposes; not final
        *(_text(batch.currency), "", _text(""), "", ""),
        *(_text(batch.chart), "", "", _text(""), _text("")),
    ]
    return ";".join(values)


def _line(batch, posting):
    values = {
        "Umsatz (ohne Soll/Haben-Kz)": f"{posting.amount:.2f}".replace(".", ","),
        "Soll/Haben-Kennzeichen": _text("S" if posting.debit else "H"),
        "WKZ Umsatz": _text(batch.currency),
        "Konto": posting.account,
        "Gegenkonto (ohne BU-Schlüssel)": posting.contra,
        "BU-Schlüssel": _text(posting.key.zfill(4) if posting.key else ""),
        "Belegdatum": f"{posting.day:%d%m}",
        "Belegfeld 1": _text(re.sub(r"[^\w$%/-]", "-", posting.ref), 36),
        "Buchungstext": _text(posting.text, 60),
        "Festschreibung": "0",
    }
    if posting.note:
        values["Beleginfo - Art 1"] = _text("Fremdwährung")
        values["Beleginfo - Inhalt 1"] = _text(posting.note, 210)
    cells = [""] * len(COLUMNS)
    for name, value in values.items():
        cells[PLACES[name]] = value
    return ";".join(cells)


def _text(value, most=None):
    """Return a quoted text, without what DATEV does not take."""
    clean = re.sub(r"[\x00-\x1f]+", " ", value)[:most]
    return '"' + clean.replace('"', '""') + '"'
