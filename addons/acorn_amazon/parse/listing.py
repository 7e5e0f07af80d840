"""The report of all listings of a marketplace, as Acorn's listings."""

import re
from decimal import Decimal

from odoo.addons.acorn_base.channel import Refused
from odoo.addons.acorn_base.records import Listing, ListingSnapshot

from ..marketplaces import BY_REF

NEEDED = ("seller-sku", "item-name", "price", "quantity", "fulfillment-channel")
SPELLINGS = {"fulfilment-channel": "fulfillment-channel"}  # as some European reports

BARCODES = ("3", "4")  # product-id-type: 1 ASIN, 2 ISBN, 3 UPC, 4 EAN
ASIN = "1"
# Of rows with one SKU that one counts which is nearest to being sold.
STATUSES = {"active": 2, "inactive": 1, "incomplete": 0}

_PRICE = re.compile(r"(\d[\d.,]*?)(?:[.,](\d{1,2}|\d{4,}))?", re.ASCII)


def parse_listing(document):
    """Return the ``ListingSnapshot`` that a report is.

    :param document: its body is the report's text in UTF-8
    """
    lines = document.body.decode("utf-8-sig").split("\n")
    names = _header(lines[0])
    marketplace = BY_REF.get(document.site)
    listings = {}
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            row = Row(number, names, line)
            _keep_better(listings, _listing(row, document.site, marketplace))
    return ListingSnapshot(document.site, document.version, tuple(listings.values()))


def _header(line):
    """Return the names of the columns; they come in the seller's language at times."""
    found = [name.strip().lower() for name in line.split("\t")]
    names = [SPELLINGS.get(name, name) for name in found]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise Refused(
            f"The report lacks the columns {', '.join(missing)}. It has: "
            f"{', '.join(found)[:500]}. Set the language of feed processing reports to "
            "English in Seller Central, Settings, Account Info.",
            code="missing_column",
        )
    return names


class Row:
    """A line of the report, read by the names of its columns."""

    def __init__(self, number, names, line):
        self.number = number
        cells = line.rstrip("\r").split("\t")
        if len(cells) > len(names):
            raise self.unreadable(f"{len(cells)} cells under {len(names)} columns")
        self._cells = dict(zip(names, cells, strict=False))

    def __getitem__(self, name):
        return self._cells.get(name, "").replace("\0", "").strip()

    def unreadable(self, why):
        return Refused(f"Line {self.number} of the report: {why}.", code="bad_row")


def _listing(row, site, marketplace):
    kind, by_channel = row["product-id-type"], _by_channel(row)
    status = row["status"].lower()
    return Listing(
        site=site,
        sku=row["seller-sku"],
        title=row["item-name"],
        listing_ref=row["asin1"] or (row["product-id"] if kind == ASIN else ""),
        barcode=row["product-id"] if kind in BARCODES else "",
        by_channel=by_channel,
        price=_price(row),
        currency=marketplace.currency if marketplace else "",
        quantity=None if by_channel else _quantity(row),
        status=status if status in STATUSES else "",
    )


def _keep_better(listings, listing):
    if not listing.sku:
        return
    known = listings.get(listing.sku)
    if known is None or _rank(listing) >= _rank(known):
        listings[listing.sku] = listing


def _rank(listing):
    return STATUSES.get(listing.status, -1)


def _by_channel(row):
    word = row["fulfillment-channel"].upper()
    if word in ("", "DEFAULT"):
        return False
    if word.startswith("AMAZON"):
        return True
    raise row.unreadable(f"fulfillment-channel cannot be {word!r}")


def _quantity(row):
    text = row["quantity"]
    if not text:
        return None
    if not text.isdecimal():
        raise row.unreadable(f"quantity cannot be {text!r}")
    return int(text)


def _price(row):
    """Return a price in whatever format of the site, None where there is none.

    No price has three decimals: three digits after a mark are thousands.
    """
    text = re.sub(r"\s", "", row["price"])
    if not text:
        return None
    match = _PRICE.fullmatch(text)
    if not match:
        raise row.unreadable(f"price cannot be {text!r}")
    whole, decimals = match.groups()
    plain = re.sub("[.,]", "", whole)
    return Decimal(f"{plain}.{decimals}" if decimals else plain)
