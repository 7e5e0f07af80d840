"""The report of all listings of a marketplace, as Acorn's listings."""

from odoo.addons.acorn_base.records import Listing, ListingSnapshot

from ..marketplaces import BY_REF
from . import table

NEEDED = ("seller-sku", "item-name", "price", "quantity", "fulfillment-channel")
SPELLINGS = {"fulfilment-channel": "fulfillment-channel"}  # as some European reports

BARCODES = ("3", "4")  # product-id-type: 1 ASIN, 2 ISBN, 3 UPC, 4 EAN
ASIN = "1"
# Of rows with one SKU that one counts which is nearest to being sold.
STATUSES = {"active": 2, "inactive": 1, "incomplete": 0}


def parse_listing(document):
    """Return the ``ListingSnapshot`` that a report is.

    :param document: its body is the report's text in UTF-8
    """
    names, lines = table.read(document.body.decode("utf-8-sig"), SPELLINGS)
    table.need(names, NEEDED)
    marketplace = BY_REF.get(document.site)
    listings = {}
    for number, line in lines:
        row = table.Row(number, names, line)
        _keep_better(listings, _listing(row, document.site, marketplace))
    return ListingSnapshot(document.site, document.version, tuple(listings.values()))


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
    """Return a price, None where there is none."""
    text = row["price"]
    if not text:
        return None
    try:
        price = table.amount(text)
    except ValueError:
        price = -1
    if price < 0:
        raise row.unreadable(f"price cannot be {text!r}")
    return price
