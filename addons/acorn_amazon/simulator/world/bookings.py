"""Each thing that happens, as the ``MoneyEvent`` that it is on the account."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from ..accounts import MARKETPLACES
from ..clock import iso, parse
from . import charges, returns, running_costs
from .money_events import (
    AFN,
    DEFERRED,
    DEFERRED_RELEASED,
    MFN,
    Amount,
    MoneyEvent,
    MoneyItem,
)
from .purchase import BUSINESS

DELIVERED = timedelta(hours=40)
HELD = {"DD7": timedelta(days=7), "B2B": timedelta(days=30)}


def number_of(*words):
    """Amazon's kind of identifier; the same words have the same one."""
    digest = sha256("|".join(map(str, words)).encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def digits_of(*words):
    digest = sha256("|".join(map(str, words)).encode()).hexdigest()
    return f"{int(digest[:12], 16) % 10**11:011}"


def sale(entry, place, left, options):
    """What is charged for units that have left; None when it is nothing.

    :param place: of this departure among the entry's
    :param left: moment, units and shares: see ``departures``
    """
    moment, units, shares = left
    currency, by_amazon = _currency(entry), entry.fulfilled_by == "AMAZON"
    if not currency:
        return None
    items = []
    for item in entry.raw["orderItems"]:
        number = item["orderItemId"]
        if count := units.get(number):
            pieces = shares.get(number) or charges.paid(item, entry.site)
            kept = charges.fees(item, pieces, count, currency, by_amazon, options.seed)
            pieces = charges.withheld(item, pieces, entry.site) | kept
            items.append(_item(item, pieces, currency, count))
    items = tuple(each for each in items if each.amounts)
    if not items:
        return None
    event = MoneyEvent(
        ref=number_of("sale", entry.id, place),
        account=entry.account,
        site=entry.site,
        currency=currency,
        posted=parse(moment),
        type="Shipment",
        description="Order Payment",
        settled_as="Order",
        items=items,
        order=entry.id,
        shipment=digits_of("shipment", entry.id, place),
        fulfilment=AFN if by_amazon else MFN,
    )
    return _hold(entry, event, options.deferred)


def _hold(entry, event, reasons):
    """Defer it, if there is a reason for it."""
    if "B2B" in reasons and BUSINESS in entry.raw.get("programs", ()):
        return replace(event, deferral="B2B", matures=event.posted + HELD["B2B"])
    if "DD7" in reasons:
        matures = event.posted + DELIVERED + HELD["DD7"]
        return replace(event, deferral="DD7", matures=matures)
    return event


def _currency(entry):
    total = entry.raw.get("proceeds", {}).get("grandTotal")
    return total["currencyCode"] if total else ""


def _item(item, pieces, currency, count, adjustment=""):
    product = item["product"]
    codes = [each["promotionId"] for each in _promotions(item)]
    return MoneyItem(
        amounts=charges.amounts(pieces, currency, codes),
        order_item=item["orderItemId"],
        adjustment=adjustment,
        sku=product.get("sellerSku", ""),
        asin=product.get("asin", ""),
        title=product.get("title", ""),
        quantity=count,
    )


def _promotions(item):
    return item.get("promotion", {}).get("breakdowns", ())


def refund(entry, found):
    """What a return gives back, once it does."""
    by_amazon = found.get("by_amazon")
    moment = found.get("refunded_at") or (by_amazon and found["requested"])
    currency, item = _currency(entry), entry.item(found["item"])
    if not (moment and currency and item):
        return None
    paid = found.get("refunded") or returns.refund_of(entry, found)
    pieces = charges.refunded(item, {"refunded": paid}, entry.site, currency)
    if not pieces:
        return None
    adjustment = digits_of("refund", found["number"])
    return MoneyEvent(
        ref=number_of("refund", found["number"]),
        account=entry.account,
        site=entry.site,
        currency=currency,
        posted=parse(moment),
        type="Refund",
        description="Refund Order",
        settled_as="Refund",
        items=(_item(item, pieces, currency, found["quantity"], adjustment),),
        order=entry.id,
        adjustment=adjustment,
        fulfilment=AFN if by_amazon else MFN,
    )


def cost(account, place, cost_):
    kind, currency = running_costs.KINDS[cost_.kind], MARKETPLACES[cost_.site].currency
    amounts = (running_costs.amount_of(cost_, currency),)
    words = (account, cost_.kind, cost_.site, iso(cost_.when), cost_.amount, cost_.sku)
    return MoneyEvent(
        ref=number_of("cost", *words, place),
        account=account,
        site=cost_.site,
        currency=currency,
        posted=cost_.when,
        type=kind.type,
        description=kind.description,
        settled_as=kind.settled_as[0],
        items=(MoneyItem(amounts, sku=cost_.sku, quantity=cost_.quantity),),
    )


@dataclass(frozen=True, slots=True)
class Deferred:
    """A sale that is held back, before and after, and what releases it."""

    held: MoneyEvent
    paid: MoneyEvent
    release: MoneyEvent


def deferred(event):
    if not event.deferral:
        return None
    release = replace(
        event,
        ref=number_of("release", event.ref),
        posted=event.matures,
        deferred_ref=event.ref,
    )
    return Deferred(
        held=replace(event, status=DEFERRED),
        paid=replace(event, status=DEFERRED_RELEASED, release_ref=release.ref),
        release=release,
    )


def transfer_of(settlement):
    """The transactionId of a settlement's way to the bank."""
    return number_of("transfer", settlement.ref)


def transfer(settlement):
    """The money's way to the bank, as the API tells it; the file has no line of it."""
    site = next(
        code
        for code, market in MARKETPLACES.items()
        if market.currency == settlement.currency
    )
    amount = Amount(-settlement.total, ("", ""), ("Transfer", "Disbursement"))
    return MoneyEvent(
        ref=transfer_of(settlement),
        account=settlement.account,
        site=settlement.events[0].site if settlement.events else site,
        currency=settlement.currency,
        posted=settlement.until,
        type="Transfer",
        description="Disbursement",
        settled_as="",
        items=(MoneyItem((amount,)),),
        payment=settlement.trace,
    )
