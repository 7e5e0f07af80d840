"""What the buyer pays for an item, from Amazon's breakdowns.

Amazon gives net amounts per type and, apart, the tax of all of them, with a detail for
each. Its model does not say whether a discount comes as a negative number: the sign is
the one with which the parts add up to Amazon's own total.
"""

from collections import defaultdict
from decimal import Decimal

from odoo.addons.acorn_base.records import (
    CASH_ON_DELIVERY,
    DISCOUNT,
    GIFT_WRAP,
    ITEM,
    OTHER,
    SHIPPING,
    TIP,
    Charge,
)

ZERO = Decimal(0)

_KINDS = {
    "ITEM": ITEM,
    "SHIPPING": SHIPPING,
    "GIFT_WRAP": GIFT_WRAP,
    "COD_FEE": CASH_ON_DELIVERY,
    "DISCOUNT": DISCOUNT,
}


def item_charges(item):
    """Return the charges of an item: its own first, zero ones of other kinds left out.

    They do not add up to ``proceedsTotal`` where Amazon's figures do not.
    """
    total = item.get("proceeds", "proceedsTotal").amount()
    if not list(item.get("proceeds", "breakdowns")):
        return _from_unit_price(item, total)
    nets, taxes, tax = defaultdict(Decimal), defaultdict(Decimal), ZERO
    for breakdown in item["proceeds"]["breakdowns"]:
        subtotal = breakdown["subtotal"].amount()
        if breakdown["type"].text() == "TAX":
            tax += subtotal
            for kind, amount in _tax_details(breakdown, subtotal).items():
                taxes[kind] += amount
        else:
            nets[_kind(breakdown["type"])] += subtotal
    nets = _fitting(nets, None if total is None else total - tax)
    kinds = dict.fromkeys([ITEM, *nets, *taxes])
    charges = (Charge(k, nets.get(k, ZERO), taxes.get(k, ZERO)) for k in kinds)
    return tuple(c for c in charges if c.kind == ITEM or c.net or c.tax)


def order_charges(order, lines):
    """Return the charges that belong to no item: the tip for the driver.

    A tip that is still pending counts only if Amazon's total has it.
    """
    tips = [
        part
        for part in order.get("proceeds", "breakdowns")
        if part["type"].text() == "DELIVERY_TIP" and part["subtotal"].amount()
    ]
    final = [tip for tip in tips if tip.get("status").text() != "PENDING"]
    parts = [charge.net + charge.tax for line in lines for charge in line.charges]
    parts += [tip["subtotal"].amount() for tip in final]
    if sum(parts, ZERO) == order.get("proceeds", "grandTotal").amount():
        tips = final
    return tuple(Charge(TIP, tip["subtotal"].amount()) for tip in tips)


def _tax_details(breakdown, subtotal):
    """Return the tax of each kind of charge; without details it is all the item's."""
    details = defaultdict(Decimal)
    for detail in breakdown.get("detailedBreakdowns"):
        details[_kind(detail["subtype"])] += detail["value"].amount()
    return _fitting(details, subtotal) if details else {ITEM: subtotal}


def _fitting(amounts, total):
    """Return the amounts with that sign of the discount that makes them the total.

    As given where neither sign does: whoever compares the sum will see it. Without a
    total a discount is negative, as its name says.
    """
    given = amounts.get(DISCOUNT)
    if not given:
        return amounts
    rest = sum(amounts.values()) - given
    if total is None:
        sign = -abs(given)
    else:
        sign = next((a for a in (given, -given) if rest + a == total), given)
    return {**amounts, DISCOUNT: sign}


def _from_unit_price(item, total):
    price = item.get("product", "price", "unitPrice").amount()
    if price is None:
        return ()
    net = price * item["quantityOrdered"].integer()
    return (Charge(ITEM, net),) if total in (None, net) else ()


def _kind(word):
    return _KINDS.get(word.text(), OTHER)
