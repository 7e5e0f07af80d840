"""When units of an order left: that is when they are charged for.

An entry's ``left`` lists ``[moment, {item number: units}, {item number: {piece:
amount}}]``; the last part only where an item leaves in several parts, so that what was
charged for the first does not change with what becomes of the others.
"""

from ..clock import iso
from .charges import apportion, paid


def note(entry, when):
    """Compare what has left with what is noted, and note the rest."""
    units, shares = {}, {}
    for item in entry.raw.get("orderItems", ()):
        number = item.get("orderItemId", "")
        count = item.get("fulfillment", {}).get("quantityFulfilled", 0)
        count -= sum(left.get(number, 0) for _when, left, _shares in entry.left)
        if count < 0:
            _take_back(entry.left, number, -count)
        elif count:
            units[number] = count
            if share := _share(entry, item, number, count):
                shares[number] = share
    if units:
        entry.left.append([iso(when), units, shares])


def _share(entry, item, number, count):
    """What is paid for these units; empty when it is all there is."""
    open_ = item.get("fulfillment", {}).get("quantityUnfulfilled", 0)
    earlier = [each for each in entry.left if each[1].get(number)]
    if not open_ and not earlier:
        return {}
    rest = paid(item, entry.site)
    for _when, _units, shares in earlier:
        for piece, amount in shares.get(number, {}).items():
            rest[piece] = rest.get(piece, 0) - amount
    whole = sum(rest.values())
    return apportion(rest, whole * count // (count + open_), whole) if whole else {}


def _take_back(left, number, count):
    """Units that were said to have left have not, the latest first."""
    for _when, units, shares in reversed(left):
        taken = min(count, units.get(number, 0))
        if taken:
            units[number] -= taken
            shares.pop(number, None)
            count -= taken
