"""Transactions of the Finances API 2024-06-19.

A transaction tells its money twice: by items, and in a tree of its own. Only one of
both is read: the items, unless these tell less than the other.
"""

from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo.addons.acorn_base.channel import Refused
from odoo.addons.acorn_base.finance_records import (
    BY_CHANNEL,
    BY_SELLER,
    DEFERRED,
    DEFERRED_RELEASED,
    RELEASED,
    Transaction,
    TransactionLine,
)
from odoo.addons.acorn_base.records import Money

from ..marketplaces import BY_REF, TABLE
from .breakdowns import Leaf, branches, leaves
from .numbers import amount, number
from .part import Part

# Amazon's examples write "Released"; one has no status.
STATUSES = {
    "": RELEASED,
    "RELEASED": RELEASED,
    "DEFERRED": DEFERRED,
    "DEFERRED_RELEASED": DEFERRED_RELEASED,
}
FULFILMENT = {"AFN": BY_CHANNEL, "MFN": BY_SELLER}


def parse_transaction(document):
    """Return the ``Transaction`` of a document."""
    body = Part.of(document.body)
    total = _total(body)
    site = _site(body)
    posted_at = body["postedDate"].time()
    related = _related(body)
    deferral, matures_at = _deferral(body)
    return Transaction(
        ref=body.get("transactionId").text() or document.key,
        type=body.get("transactionType").text(),
        description=body.get("description").text(),
        status=_status(body.get("transactionStatus")),
        posted_at=posted_at,
        posted_on=posted_at.astimezone(_zone(site, total.currency)).date(),
        total=total,
        site=site,
        order_ref=related.get("ORDER_ID", ""),
        settlement_ref=related.get("SETTLEMENT_ID", ""),
        deferred_ref=related.get("DEFERRED_TRANSACTION_ID", ""),
        release_ref=related.get("RELEASE_TRANSACTION_ID", ""),
        deferral=deferral,
        matures_at=matures_at,
        lines=tuple(_lines(body, total)),
    )


def _total(body):
    told = body["totalAmount"]
    return Money(number(told["currencyAmount"]), told["currencyCode"].text())


def _site(body):
    told = body.get("marketplaceDetails", "marketplaceId").text()
    return told or body.get("sellingPartnerMetadata", "marketplaceId").text()


def _status(part):
    word = part.text().strip().upper().replace(" ", "_")
    if word not in STATUSES:
        said = f"{part.path} has the new word {part.text()!r}."
        raise Refused(said, code="unknown_word")
    return STATUSES[word]


def _zone(site, currency):
    """Where days begin: at the site, else where the currency is at home."""
    at_home = next((each for each in TABLE if each.currency == currency), None)
    place = BY_REF.get(site) or at_home
    return ZoneInfo(place.timezone if place else "UTC")


def _related(body):
    """{name: value} of the numbers of other things; the first of a name counts."""
    found = {}
    for each in body.get("relatedIdentifiers"):
        name = each.get("relatedIdentifierName").text()
        found.setdefault(name, each.get("relatedIdentifierValue").text())
    return found


def _deferral(body):
    for context in body.get("contexts"):
        if context.get("contextType").text() == "DeferredContext":
            reason = context.get("deferralReason").text()
            return reason, context.get("maturityDate").time()
    return "", None


def _lines(body, total):
    """Yield the ``TransactionLine``s; they add up to the total."""
    kind, items = body.get("transactionType").text(), list(body.get("items"))
    whole = branches(body)
    rest = total.amount
    if items and (all(map(_is_detailed, items)) or not whole):
        for item in items:
            product = _product(item, body)
            for leaf in _of_item(item, body, total.currency):
                rest -= leaf.amount
                yield _line(kind, leaf, **product)
    else:
        for leaf in leaves(whole, None, total.currency):
            rest -= leaf.amount
            yield _line(kind, leaf)
    if rest:
        yield _line(kind, _unexplained(body, rest))


def _is_detailed(item):
    """Whether an item tells of what it consists, if there is anything."""
    told = number(item.get("totalAmount", "currencyAmount"))
    return bool(branches(item)) or told == Decimal(0)


def _of_item(item, body, currency):
    found = leaves(branches(item), None, currency)
    told = amount(item.get("totalAmount"), currency)
    rest = (told or 0) - sum(leaf.amount for leaf in found)
    return [*found, _unexplained(body, rest)] if told is not None and rest else found


def _unexplained(body, rest):
    """What no tree tells of; an item's own description is a product's title."""
    return Leaf("", body.get("description").text(), rest)


def _product(item, body):
    """What the lines of an item have in common."""
    for context in (*item.get("contexts"), *body.get("contexts")):
        if context.get("contextType").text() == "ProductContext":
            network = context.get("fulfillmentNetwork").text().upper()
            return {
                "sku": context.get("sku").text(),
                "asin": context.get("asin").text(),
                "quantity": context.get("quantityShipped").integer() or 0,
                "fulfilment": FULFILMENT.get(network, ""),
            }
    return {}


def _line(kind, leaf, **product):
    return TransactionLine(
        transaction_type=kind,
        amount_type=leaf.parent,
        description=leaf.word,
        amount=leaf.amount,
        **product,
    )
