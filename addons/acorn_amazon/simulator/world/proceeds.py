"""Amazon's arithmetic: what an item and an order bring in, and of what it consists.

An item's total is the sum of its breakdowns, an order's the sum of its items and the
tip. ITEM, SHIPPING and so on are without tax where tax is shown; TAX and DISCOUNT tell
in turn what they consist of. Whether DISCOUNT carries a minus sign no document says:
``sign`` chooses.
"""

from collections import defaultdict

from .money import money, ratio, read

KINDS = (
    ("ITEM", "price"),
    ("SHIPPING", "shipping"),
    ("GIFT_WRAP", "gift_wrap"),
    ("COD_FEE", "cod_fee"),
)
REDUCTIONS = (("ITEM", "discount"), ("SHIPPING", "shipping_discount"))


def item_proceeds(line, tax, currency, sign=-1):
    nets, taxed = {}, {}
    for kind, name in KINDS:
        amount = getattr(line, name)
        if amount or kind == "ITEM":
            nets[kind], taxed[kind] = tax.split(amount)
    off, tax_off = {}, 0
    for kind, name in REDUCTIONS:
        if amount := getattr(line, name):
            off[kind], saved = tax.split(amount)
            tax_off += saved
    if tax_off:
        taxed["DISCOUNT"] = -tax_off
    return _assemble(nets, taxed, off, currency, sign)


def _assemble(nets, taxed, off, currency, sign):
    taxed = {kind: amount for kind, amount in taxed.items() if amount}
    total = sum(nets.values()) + sum(taxed.values()) - sum(off.values())
    parts = [_part(kind, amount, currency) for kind, amount in nets.items()]
    if taxed:
        signs = {"DISCOUNT": -sign}
        shown = {kind: signs.get(kind, 1) * amount for kind, amount in taxed.items()}
        parts.append(_part("TAX", sum(taxed.values()), currency, shown))
    if off:
        shown = {kind: sign * amount for kind, amount in off.items()}
        parts.append(_part("DISCOUNT", sum(shown.values()), currency, shown))
    return {"proceedsTotal": money(total, currency), "breakdowns": parts}


def _part(kind, amount, currency, details=None):
    part = {"type": kind, "subtotal": money(amount, currency)}
    if details:
        part["detailedBreakdowns"] = [
            {"subtype": subtype, "value": money(value, currency)}
            for subtype, value in details.items()
        ]
    return part


def order_proceeds(items, currency, tip=0, with_breakdowns=False):
    proceeds = [item["proceeds"] for item in items if "proceeds" in item]
    total = sum(read(each["proceedsTotal"])[0] for each in proceeds) + tip
    shown = {"grandTotal": money(total, currency)}
    if with_breakdowns or tip:
        shown["breakdowns"] = _by_kind(proceeds, currency)
    if tip:
        part = {"type": "DELIVERY_TIP", "status": "FINALIZED"}
        shown["breakdowns"].append(part | {"subtotal": money(tip, currency)})
    return shown


def _by_kind(proceeds, currency):
    sums = defaultdict(int)
    for each in proceeds:
        for part in each["breakdowns"]:
            sums[part["type"]] += read(part["subtotal"])[0]
    return [_part(kind, amount, currency) for kind, amount in sums.items()]


def tip_of(raw):
    for part in raw.get("proceeds", {}).get("breakdowns", ()):
        if part["type"] == "DELIVERY_TIP":
            return read(part["subtotal"])[0]
    return 0


def scale_item(item, numerator, denominator):
    """Change an item's amounts with its quantity, part by part, so that sums hold."""
    if "proceeds" not in item:
        return
    total = 0
    for part in item["proceeds"]["breakdowns"]:
        amount = _scale_part(part, numerator, denominator)
        total += -abs(amount) if part["type"] == "DISCOUNT" else amount
    _old, currency = read(item["proceeds"]["proceedsTotal"])
    item["proceeds"]["proceedsTotal"] = money(total, currency)


def _scale_part(part, numerator, denominator):
    amount, currency = read(part["subtotal"])
    amount = ratio(amount, numerator, denominator)
    details = part.get("detailedBreakdowns", [])
    rest = amount
    for detail in reversed(details):  # the first, the item's own, takes what is left
        share = ratio(read(detail["value"])[0], numerator, denominator)
        share = rest if detail is details[0] else share
        detail["value"] = money(share, currency)
        rest -= share
    part["subtotal"] = money(amount, currency)
    return amount


def recalculate(raw):
    """The order's proceeds after its items' have changed."""
    if "proceeds" not in raw:
        return
    _total, currency = read(raw["proceeds"]["grandTotal"])
    raw["proceeds"] = order_proceeds(
        raw["orderItems"],
        currency,
        tip_of(raw),
        with_breakdowns="breakdowns" in raw["proceeds"],
    )
