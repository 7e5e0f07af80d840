"""Why an order should wait for a person, judged from facts alone. Plain Python.

The facts of many orders are gathered at once (``acorn.hold.facts``), so that nothing is
asked per order here.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase

from . import vault
from .addresses import is_po_box, normalised, place, plain, texts
from .amounts import live_quantity
from .records import Order

SEVERAL = 5  # orders that a reason names; it counts the others
SPACELESS = re.compile("[\u0e00-\u0eff\u2e80-\uffff]")  # scripts without spaces


@dataclass(frozen=True)
class Rule:
    """What a person has set; each kind of rule reads what it needs."""

    amount: Decimal = Decimal(0)
    currency: str = ""
    count: int = 0
    days: int = 0
    hours: int = 0
    quantity: int = 0  # 0: no matter
    factor: Decimal = Decimal(0)  # of the usual; 0: no matter
    words: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()  # '98101', or with a star: '98*'
    countries: frozenset[str] = frozenset()  # ISO 3166
    states: frozenset[tuple[str, str]] = frozenset()  # (country, code or name)


@dataclass(frozen=True)
class Facts:
    """What is known of one order when it is judged.

    :param record: what the channel says, None when only time has passed
    :param rates: what one unit of a currency is worth in another, by (from, to)
    :param buyer_orders: (placed at, reference) of all the buyer's orders around this
        one, itself included; empty when nobody knows who the buyer is
    :param address_changes: how often the channel told another address than before
    :param usual: units that one order of a SKU has as a rule, by SKU
    :param ready: whether all goods lie reserved where they leave
    """

    now: datetime  # as all times here, aware UTC
    record: Order | None = None
    rates: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    buyer_orders: tuple[tuple[datetime, str], ...] = ()
    address_changes: int = 0
    usual: Mapping[str, Decimal] = field(default_factory=dict)
    placed_at: datetime | None = None
    ship_by: datetime | None = None
    ready: bool = True


@dataclass(frozen=True)
class Reason:
    """Why an order is held.

    :param code: names the sentence, which ``values`` complete
    :param marks: what the reason rests on, and how much of it. Once a person has
        released an order, only another mark or more of one holds it again.
    """

    code: str
    values: dict = field(default_factory=dict)
    marks: dict[str, float] = field(default_factory=dict)


def judge(kind, facts, rule):
    """Return the ``Reason`` to hold an order by a rule of this kind, or None."""
    if facts.record is None and kind != "ship_by":
        return None
    return KINDS[kind](facts, rule)


def is_covered(marks, released):
    """Whether a person has released as much as these marks before.

    :param released: the marks of what was released, one dict each
    """
    return all(
        any(level <= known.get(mark, -1) for known in released)
        for mark, level in marks.items()
    )


# === KINDS === #


def high_value(facts, rule):
    total, currency = facts.record.total, facts.record.currency
    if total is None or not currency:
        return None
    if total * facts.rates[currency, rule.currency] <= rule.amount:
        return None
    values = {"total": total, "currency": currency}
    values |= {"amount": rule.amount, "limit": rule.currency}
    return Reason("high_value", values, {currency: float(total)})


def po_box(facts, _rule):
    address = facts.record.recipient
    if address and is_po_box(address):
        return Reason("po_box", marks={_mark(address): 1})
    return None


def address_changed(facts, rule):
    if facts.address_changes < max(rule.count, 1):
        return None
    count = facts.address_changes
    return Reason("address_changed", {"count": count}, {"changes": count})


def buyer_orders(facts, rule):
    """The orders of one buyer that were placed within some days of this one."""
    if not facts.placed_at:
        return None
    span = timedelta(days=rule.days)
    near = [
        ref for moment, ref in facts.buyer_orders
        if abs(moment - facts.placed_at) <= span
    ]  # fmt: skip
    if len(near) < max(rule.count, 2):
        return None
    values = {"count": len(near), "days": rule.days, "orders": _several(near)}
    return Reason("buyer_orders", values, {"orders": len(near)})


def banned(facts, rule):
    """A word that stands anywhere in address, buyer and note, or a postcode."""
    address, buyer = facts.record.recipient, facts.record.buyer
    said = [buyer.name, buyer.email, buyer.company, facts.record.delivery_note]
    said += texts(address) if address else []
    text = plain(" ; ".join(filter(None, said)))
    found = [word for word in rule.words if _stands_in(plain(word), text)]
    if address and address.postcode:
        postcode = _postcode(address.postcode)
        found += [
            pattern for pattern in rule.postcodes
            if fnmatchcase(postcode, _postcode(pattern))
        ]  # fmt: skip
    if not found:
        return None
    marks = {_mark(address, word): 1 for word in found}
    return Reason("banned", {"found": ", ".join(found)}, marks)


def quantity(facts, rule):
    """More units of one SKU than a number, or than some times the usual."""
    counts = Counter()
    for line in facts.record.lines:
        counts[line.sku] += live_quantity(line, facts.record)
    many = {sku: count for sku, count in counts.items() if 0 < rule.quantity < count}
    if many:
        values = {"goods": _goods(many), "limit": rule.quantity}
        return Reason("quantity", values, many)
    many = {
        sku: count for sku, count in counts.items()
        if rule.factor and sku in facts.usual and count > rule.factor * facts.usual[sku]
    }  # fmt: skip
    if not many:
        return None
    usual = _goods({sku: facts.usual[sku].normalize() for sku in many})
    return Reason("quantity_usual", {"goods": _goods(many), "usual": usual}, many)


def ship_by(facts, rule):
    """Goods that are missing shortly before the promised time, or the time is over."""
    if not facts.ship_by:
        return None
    moment = facts.ship_by.isoformat()
    if facts.now >= facts.ship_by:
        return Reason("ship_by_over", marks={moment: 2})
    if not facts.ready and facts.now >= facts.ship_by - timedelta(hours=rule.hours):
        return Reason("ship_by_missing", {"hours": rule.hours}, {moment: 1})
    return None


def destination(facts, rule):
    address = facts.record.recipient
    if not address:
        return None
    country, region = address.country.upper(), address.region
    if country in rule.countries:
        return Reason("destination", {"place": country}, {country: 1})
    if (country, normalised(region)) in rule.states:
        where = f"{region}, {country}"
        return Reason("destination", {"place": where}, {normalised(where): 1})
    return None


KINDS = {
    "high_value": high_value,
    "po_box": po_box,
    "address_changed": address_changed,
    "buyer_orders": buyer_orders,
    "banned": banned,
    "quantity": quantity,
    "ship_by": ship_by,
    "destination": destination,
}


def _mark(address, word=""):
    """Recognises an address again, and a word in it, without telling them."""
    return vault.fingerprint(f"hold|{word}|{place(address) if address else ''}")


def _stands_in(word, text):
    """Whether a word stands in a text by itself: “Ada” is not in “Canada”."""
    if SPACELESS.search(word):
        return word in text
    before = r"(?<!\w)" if word[0].isalnum() else ""
    after = r"(?!\w)" if word[-1].isalnum() else ""
    return bool(re.search(before + re.escape(word) + after, text))


def _postcode(text):
    return re.sub(r"[\s-]", "", normalised(text))


def _goods(counts):
    return ", ".join(
        f"{Decimal(count):f} × {sku}" for sku, count in sorted(counts.items())
    )


def _several(refs):
    more = f" + {len(refs) - SEVERAL}" if len(refs) > SEVERAL else ""
    return ", ".join(refs[:SEVERAL]) + more
