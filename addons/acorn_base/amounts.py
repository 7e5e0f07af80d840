"""What a sale order must show so that it equals the channel's order to the cent."""

from dataclasses import dataclass
from decimal import Decimal

from .channel import Refused
from .records import (
    ITEM,
    PARTIALLY_SHIPPED,
    PENDING,
    PENDING_AVAILABILITY,
    SHIPPED,
    UNSHIPPED,
    Order,
    OrderLine,
)

ZERO = Decimal(0)


@dataclass(frozen=True)
class PricedLine:
    """One future line of a sale order.

    ``net`` is the amount for the whole quantity, without ``tax``; ``tax`` is only what
    the seller owes.
    """

    kind: str
    quantity: int
    net: Decimal
    tax: Decimal
    source: OrderLine | None = None  # the item, for lines that sell one

    @property
    def key(self):
        """Identifies the line within its order, in Odoo too."""
        return (self.source.ref if self.source else "", self.kind)

    @property
    def unit_price(self):
        return self.net / self.quantity if self.quantity else ZERO


def priced_lines(order: Order):
    """Return a line per item and a line per other kind of charge.

    Orders of other channels sell nothing here: their items are priced at zero.
    """
    charged = order.on_channel
    lines = [_item_line(line, order) for line in order.lines]
    others = {}
    for charge, taxed_here in _other_charges(order) if charged else ():
        net, tax = others.get(charge.kind, (ZERO, ZERO))
        others[charge.kind] = (
            net + charge.net,
            tax + (charge.tax if taxed_here else ZERO),
        )
    lines += [
        PricedLine(kind, 1, net, tax)
        for kind, (net, tax) in others.items()
        if net or tax
    ]
    return lines


def channel_tax(order: Order):
    """Tax the buyer pays and the channel owes: neither our revenue nor our debt."""
    if not order.on_channel:
        return ZERO
    return sum(
        (
            charge.tax
            for line in order.lines
            if line.tax_by_channel
            for charge in line.charges
        ),
        ZERO,
    )


def live_quantity(line: OrderLine, order: Order):
    """Quantity still sold: what was cancelled of a line no longer counts."""
    if order.status not in (UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED):
        return line.quantity
    if line.quantity_open is None:
        return line.quantity
    return min(line.quantity, line.quantity_shipped + line.quantity_open)


def check_total(order: Order, decimals: int):
    """Raise ``Refused`` with both figures when the parts are not the channel's total.

    :param decimals: decimal places of the order's currency
    """
    if order.total is None or not order.on_channel or is_provisional(order):
        return
    for line in order.lines:
        parts = sum((charge.net + charge.tax for charge in line.charges), ZERO)
        if line.total is not None and parts != line.total:
            raise _mismatch("item", parts, line.total, order.currency, line.ref)
    parts = (
        sum((line.net + line.tax for line in priced_lines(order)), ZERO)
        + channel_tax(order)
    )  # fmt: skip
    if parts != order.total:
        raise _mismatch("order", parts, order.total, order.currency)
    smallest = Decimal(1).scaleb(-decimals)
    for line in priced_lines(order):
        if line.net % smallest or line.tax % smallest:
            raise Refused(
                f"{line.net} + {line.tax} {order.currency} has too many decimals.",
                code="amount_decimals",
                values={"amount": line.net + line.tax, "currency": order.currency},
            )


def is_provisional(order: Order):
    """The amounts of a pending order may still change and never fail."""
    return order.status in (PENDING, PENDING_AVAILABILITY)


def _item_line(line, order):
    mine = [
        charge for charge in line.charges if charge.kind == ITEM and order.on_channel
    ]
    return PricedLine(
        ITEM,
        live_quantity(line, order),
        sum((charge.net for charge in mine), ZERO),
        sum((charge.tax for charge in mine if not line.tax_by_channel), ZERO),
        line,
    )


def _other_charges(order):
    """Yield each charge that is no item's price, and whether we owe its tax."""
    for line in order.lines:
        for charge in line.charges:
            if charge.kind != ITEM:
                yield charge, not line.tax_by_channel
    for charge in order.order_charges:
        yield charge, True


def _mismatch(what, ours, theirs, currency, item=""):
    return Refused(
        f"The {what} adds up to {ours} {currency}; the channel says {theirs}.",
        code=f"{what}_mismatch",
        values={"ours": ours, "theirs": theirs, "currency": currency, "item": item},
    )
