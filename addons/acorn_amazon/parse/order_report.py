"""Amazon's order reports, the ones that people download too, as Acorn's orders.

A report has a row for each item, or several when its units leave from several places.
It tells less than the Orders API: no totals, seldom an address, no parcels, and in most
variants no item numbers. What it does not tell stays unknown.
"""

import json
from collections import Counter
from decimal import Decimal
from hashlib import sha256

from odoo.addons.acorn_base.channel import Document, Refused, instant
from odoo.addons.acorn_base.records import (
    CANCELLED,
    DISCOUNT,
    GIFT_WRAP,
    ITEM,
    PARTIALLY_SHIPPED,
    PENDING,
    SHIPPED,
    SHIPPING,
    UNFULFILLABLE,
    UNKNOWN,
    UNSHIPPED,
    Address,
    Buyer,
    Charge,
    Order,
    OrderLine,
    unnamed,
)

from ..marketplaces import BY_NAME, BY_REF
from . import table

# Columns of the report of unshipped orders, by their names in the one of all orders.
SPELLINGS = {
    "order-id": "amazon-order-id",
    "quantity-purchased": "quantity",
    "fulfilment-channel": "fulfillment-channel",
}
NEEDED = ("amazon-order-id", "purchase-date", "sku", "quantity")

# By the beginning of Amazon's word: "Shipped - Delivered to Buyer" has been shipped.
STATUSES = {
    "pending - waiting for pick up": UNSHIPPED,  # packed, Easy Ship fetches it
    "pending": PENDING,
    "unshipped": UNSHIPPED,
    "partially": PARTIALLY_SHIPPED,
    "shipping": PARTIALLY_SHIPPED,
    "shipped": SHIPPED,
    "cancel": CANCELLED,
    "unfulfillable": UNFULFILLABLE,
}
BY_CHANNEL = {"amazon": True, "afn": True, "merchant": False, "mfn": False}
TAX_ON_TOP = ("US", "CA")  # elsewhere prices contain their tax

ZERO = Decimal(0)
TRUE = ("true", "y", "yes")

# Kind of charge: columns of its price, its tax, and its price without tax.
CHARGES = {
    ITEM: ("item-price", "item-tax", "vat-exclusive-item-price"),
    SHIPPING: ("shipping-price", "shipping-tax", "vat-exclusive-shipping-price"),
    GIFT_WRAP: ("gift-wrap-price", "gift-wrap-tax", "vat-exclusive-giftwrap-price"),
}
DISCOUNTS = ("item-promotion-discount", "ship-promotion-discount")
MARK = b'{"report":'  # how the body of an order from a report begins


# === A REPORT === #


def read_orders(text, site=""):
    """Return the orders of a report, and what in it cannot be read.

    :param text: the report; in the order of its lines an order's rows may lie apart
    :param site: reference of the site to name where the report names none
    :return: list of ``Document`` without detail, and list of sentences; ``Refused``
        when the text is no such report
    """
    names, lines = table.read(text, SPELLINGS)
    _check(names)
    orders, problems = {}, []
    for number, line in lines:
        try:
            row = table.Row(number, names, line)
            orders.setdefault(_order_of(row), []).append(row.items())
        except Refused as refusal:
            problems.append(str(refusal))
    return [_document(rows, site) for rows in orders.values()], problems


def unreadable(problems, made):
    """Return a document of the lines that cannot be read: parsing it tells why.

    :param made: when the report was made, aware UTC
    """
    body = json.dumps({"report": [], "problems": problems}, separators=(",", ":"))
    key = f"?{sha256(body.encode()).hexdigest()[:16]}"
    return Document("order", key, made, body.encode(), detailed=False)


def check_report(text):
    """Raise ``Refused`` when a text is no such report."""
    _check(table.read(text, SPELLINGS)[0])


def _check(names):
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise Refused(
            f"The report lacks the columns {', '.join(missing)}. It has: "
            f"{', '.join(names)[:500]}.",
            code="no_order_report",
        )


def _order_of(row):
    """Return the order's number, once what identifies its version can be read."""
    for name in ("purchase-date", "last-updated-date"):
        if row[name] or name == "purchase-date":
            try:
                instant(row[name])
            except ValueError:
                raise row.unreadable(f"{name} cannot be {row[name]!r}") from None
    if not row["amazon-order-id"]:
        raise row.unreadable("it has no order number")
    return row["amazon-order-id"]


def _document(rows, site):
    rows.sort(key=_place)
    first = rows[0]
    marketplace, on_channel = _market(first, site)
    body = {"report": rows, "site": site}
    return Document(
        kind="order",
        key=first["amazon-order-id"],
        version=_changed_at(rows),
        body=json.dumps(
            body, ensure_ascii=False, separators=(",", ":"), sort_keys=True
        ).encode("utf-8", "replace"),
        site=marketplace.ref if marketplace and on_channel else "",
        by_channel=bool(_shipper(first)),
        detailed=False,
    )


def _place(row):
    """Keep rows in one order whatever theirs was: their place is their only name."""
    return row.get("sku", ""), row.get("order-item-id", ""), json.dumps(row)


def _changed_at(rows):
    times = (row.get("last-updated-date") or row["purchase-date"] for row in rows)
    return max(map(instant, times))


def _market(row, site):
    """Return the marketplace, None when it is unknown, and whether it is Amazon's."""
    name = row.get("sales-channel", "").lower()
    if name.startswith("non-amazon") or name.endswith("prod marketplace"):
        return None, False
    return (BY_NAME.get(name) if name else BY_REF.get(site)), True


def _shipper(row):
    """Return whether Amazon ships it, None for a word that is new."""
    word = row.get("fulfillment-channel", "")
    # The report of unshipped orders has only those that the seller ships.
    return BY_CHANNEL.get(word.lower()) if word else False


# === AN ORDER OF IT === #


def is_report(body):
    """Whether the body of an order's document comes from a report."""
    return body.startswith(MARK)


def parse_report_order(body):
    """Return the ``Order`` that the rows of a report tell of."""
    content = json.loads(body)
    if content.get("problems"):
        raise Refused(" ".join(content["problems"]), code="bad_row")
    rows, site = content["report"], content["site"]
    first = rows[0]
    marketplace, on_channel = _market(first, site)
    by_channel = _shipper(first)
    _check_words(first, marketplace, on_channel, by_channel)
    number = first["amazon-order-id"]
    text, status = _status(rows)
    seller_ref = first.get("merchant-order-id", "")
    return Order(
        ref=number,
        site=marketplace.ref if on_channel else "",
        created_at=instant(first["purchase-date"]),
        updated_at=_changed_at(rows),
        status=status,
        status_text=text,
        by_channel=by_channel,
        on_channel=on_channel,
        detailed=False,
        currency=_currency(rows),
        lines=tuple(_lines(rows, marketplace)),
        buyer=Buyer(
            name=first.get("buyer-name", ""),
            email=first.get("buyer-email", ""),
            company=first.get("buyer-company-name", ""),
            purchase_order=first.get("purchase-order-number", ""),
        ),
        recipient=_recipient(first),
        delivery_note=first.get("delivery-instructions", ""),
        ship_by=_time(first, "promise-date"),
        service_level=first.get("ship-service-level", ""),
        programs=_programs(first),
        seller_ref=seller_ref if seller_ref != number else "",
    )


def _check_words(row, marketplace, on_channel, by_channel):
    """Refuse words that decide about goods and money and that nobody knows."""
    for name, known in (
        ("sales-channel", marketplace or not on_channel),
        ("fulfillment-channel", by_channel is not None),
    ):
        if not known:
            raise Refused(
                f"{name} has the new word {row.get(name, '')!r}.", code="unknown_word"
            )


def _status(rows):
    """Return the status in Amazon's words and in ours."""
    text = rows[0].get("order-status", "")
    if text:
        return text, _meaning(text)
    # The report of unshipped orders says it by numbers.
    shipped = any(_whole(row, "quantity-shipped") for row in rows)
    return "", PARTIALLY_SHIPPED if shipped else UNSHIPPED


def _meaning(text):
    word = text.lower()
    return next((m for key, m in STATUSES.items() if word.startswith(key)), UNKNOWN)


def _lines(rows, marketplace):
    places = Counter()
    for row in rows:
        sku = row.get("sku", "")
        places[sku] += 1
        yield _line(row, sku, places[sku], marketplace)


def _line(row, sku, place, marketplace):
    quantity = _whole(row, "quantity") or 0
    status = _meaning(row.get("item-status", ""))
    shipped = _whole(row, "quantity-shipped")
    if shipped is None:
        shipped = quantity if status == SHIPPED else 0
    collector = row.get("tax-collection-responsible-party", "")
    facilitated = row.get("tax-collection-model", "").lower() == (
        "marketplacefacilitator"
    )
    scheme, ioss = row.get("deemed-reseller-category", ""), row.get("ioss-number", "")
    return OrderLine(
        ref=row.get("order-item-id") or unnamed(sku, place),
        sku=sku,
        quantity=quantity,
        title=row.get("product-name", ""),
        listing_ref=row.get("asin", ""),
        quantity_shipped=shipped,
        quantity_open=0 if status == CANCELLED else _whole(row, "quantity-to-ship"),
        charges=tuple(_charges(row, marketplace)),
        tax_by_channel=bool(facilitated or scheme or ioss),
        tax_party=collector,
        tax_scheme=scheme,
        ioss_number=ioss,
    )


def _charges(row, marketplace):
    """Yield what the report says of money; the tax in a discount it does not tell."""
    on_top = marketplace is None or marketplace.code in TAX_ON_TOP
    for kind, (price_column, tax_column, net_column) in CHARGES.items():
        price, tax = _amount(row, price_column), _amount(row, tax_column) or ZERO
        if price is None:
            continue
        net = _amount(row, net_column) or (price if on_top else price - tax)
        if kind == ITEM or net or tax:
            yield Charge(kind, net, tax)
    off = sum((abs(_amount(row, name) or ZERO) for name in DISCOUNTS), ZERO)
    if off:
        yield Charge(DISCOUNT, -off)


def _currency(rows):
    found = sorted({row["currency"] for row in rows if row.get("currency")})
    if len(found) > 1:
        raise Refused(
            f"The order has amounts in {', '.join(found)}.", code="mixed_currencies"
        )
    return found[0] if found else ""


def _recipient(row):
    """Return the address when a parcel would find it: most reports name no street."""
    lines = [row.get(f"ship-address-{number}", "") for number in (1, 2, 3)]
    if not any(lines):
        return None
    return Address(
        name=row.get("recipient-name", ""),
        lines=tuple(filter(None, lines)),
        city=row.get("ship-city", ""),
        region=row.get("ship-state", ""),
        postcode=row.get("ship-postal-code", ""),
        country=row.get("ship-country", ""),
        phone=row.get("ship-phone-number", "") or row.get("buyer-phone-number", ""),
        kind=row.get("address-type", "").lower(),
    )


def _programs(row):
    words = (("is-business-order", "AMAZON_BUSINESS"), ("is-prime", "PRIME"))
    return tuple(word for name, word in words if row.get(name, "").lower() in TRUE)


def _time(row, name):
    return _read(row, name, instant)


def _whole(row, name):
    """Return a whole number, None where there is none."""
    return _read(row, name, lambda text: int(Decimal(text)))


def _amount(row, name):
    """Return an amount, None where there is none."""
    return _read(row, name, table.amount)


def _read(row, name, reader):
    text = row.get(name, "")
    if not text:
        return None
    try:
        return reader(text)
    except (ArithmeticError, ValueError):
        raise Refused(f"{name} cannot be {text!r}.", code="bad_field") from None
