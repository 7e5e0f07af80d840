"""The trees in which Amazon tells of what an amount consists.

A parent is the sum of its children; where it is not, what is left is told in the
parent's own words, so that the leaves always add up to the root.
"""

from dataclasses import dataclass
from decimal import Decimal

from .numbers import amount


@dataclass(frozen=True, slots=True)
class Leaf:
    parent: str  # '' at the top
    word: str
    amount: Decimal


def branches(part):
    """Return the breakdowns of an object; Amazon's own example has them one deeper."""
    found = part.get("breakdowns")
    if isinstance(found.value, dict):
        found = found.get("breakdowns")
    return list(found)


def leaves(parts, total, currency, word="", parent=""):
    """Return the ``Leaf``s below an amount.

    :param parts: its breakdowns, as ``Part``s
    :param total: the amount; None when only its parts are told
    :param word: what the amount itself is called, and ``parent`` what it belongs to
    """
    found, rest = [], total
    for part in parts:
        name, children = part.get("breakdownType").text(), branches(part)
        own = amount(part.get("breakdownAmount"), currency)
        below = [Leaf(word, name, own)] if own and not children else []
        if children:
            below = leaves(children, own, currency, name, word)
        found += below
        if rest is not None:
            rest -= sum((each.amount for each in below), Decimal(0))
    if rest:
        found.append(Leaf(parent, word, rest))
    return found
