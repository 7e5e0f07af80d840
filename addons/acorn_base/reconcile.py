"""What differs between the channel's books and ours, order by order."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .amounts import live_quantity
from .records import (
    CANCELLED,
    DISCOUNT,
    GIFT_WRAP,
    ITEM,
    PARTIALLY_SHIPPED,
    PENDING,
    PENDING_AVAILABILITY,
    SHIPPED,
    SHIPPING,
    UNKNOWN,
    UNSHIPPED,
)

MISSING = "missing"
STATUS = "status"
QUANTITY = "quantity"
AMOUNT = "amount"
DELIVERY = "delivery"
UNKNOWN_THERE = "unknown_there"

CONFIRMED = (UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED)
OPEN = (PENDING, PENDING_AVAILABILITY)
IN_BOOKS = (
    ITEM,
    SHIPPING,
    GIFT_WRAP,
)  # what books tell of an amount, besides discounts


@dataclass(frozen=True)
class Held:
    """What is held here of an order."""

    status: str
    state: str  # of the sale order: draft, sale, cancel
    updated_at: datetime
    quantities: dict[str, int]  # by SKU, what is sold
    left: dict[str, int]  # by SKU, what has left; only of goods that can
    amount: Decimal | None  # what the buyer paid, without what reports leave out
    currency: str
    history: bool = False  # it left before stock was counted and moves none


@dataclass(frozen=True)
class Difference:
    kind: str
    here: str = ""
    there: str = ""


def differences(record, held):
    """Return what differs of an order, the weightiest first.

    :param record: ``records.Order`` as the channel's books have it
    :param held: ``Held``, or None when the order is missing here
    """
    if held is None:
        return [Difference(MISSING, "", record.status)]
    if held.updated_at.replace(microsecond=0) > record.updated_at:
        return []  # what is held here is newer than the books
    found = [*_status(record, held)]
    if record.status in (CANCELLED, UNKNOWN) or held.state == "cancel":
        return found
    found += _quantity(record, held)
    found += _amount(record, held)
    found += _delivery(record, held)
    return found


def _status(record, held):
    if record.status == UNKNOWN:
        return
    if _agreed(record.status) != _agreed(held.status):
        yield Difference(STATUS, held.status, record.status)
    elif (record.status == CANCELLED) != (held.state == "cancel") or (
        record.status in CONFIRMED and held.state in ("draft", "sent")
    ):
        yield Difference(STATUS, held.state, record.status)


def _agreed(status):
    """Books do not tell pending orders apart."""
    return PENDING if status in OPEN else status


def _quantity(record, held):
    there = sold(record)
    if there != +Counter(held.quantities):
        yield Difference(QUANTITY, listed(held.quantities), listed(there))


def sold(record):
    """Return the quantities of an order by SKU, without what was cancelled."""
    quantities = Counter()
    for line in record.lines:
        quantities[line.sku] += live_quantity(line, record)
    return +quantities


def _amount(record, held):
    charges = [charge for line in record.lines for charge in line.charges]
    # The tax in a discount is not in all books: nothing exact can be said then.
    inexact = any(charge.kind == DISCOUNT for charge in charges)
    unknown = not charges or held.amount is None or record.status in OPEN
    if inexact or unknown or not record.on_channel:
        return
    told = [charge for charge in charges if charge.kind in IN_BOOKS]
    there = sum((charge.net + charge.tax for charge in told), Decimal(0))
    if (there, record.currency) != (held.amount, held.currency):
        here = f"{held.amount} {held.currency}"
        yield Difference(AMOUNT, here, f"{there} {record.currency}")


def _delivery(record, held):
    if record.status != SHIPPED or held.history or held.state != "sale":
        return
    owed = sold(record)
    if any(held.left[sku] < owed[sku] for sku in held.left):
        yield Difference(DELIVERY, listed(held.left), listed(owed))


def listed(quantities):
    return ", ".join(f"{sku}: {int(n)}" for sku, n in sorted(quantities.items()))
