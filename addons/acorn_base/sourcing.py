"""Which source gives which part of an order: numbers in, numbers out."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

MOST_HOMES = 6  # of which all combinations are tried


def exactly(quantity):
    """Return a quantity as Odoo keeps it, a float, as the number that is meant."""
    return Decimal(str(round(quantity, 6)))


class Source(NamedTuple):
    """A place that gives goods. Whatever lies at a path that begins with its own lies
    in it: places may lie in one another."""

    home: object  # its warehouse: what leaves one home is one delivery
    path: str


class Want(NamedTuple):
    """A line of an order."""

    key: object
    quantity: Decimal
    parts: Mapping  # product → how much of it is in one unit; empty: never short
    kit: bool = False  # its parts leave together: only whole units can be split

    def whole(self):
        return self.kit or self.quantity == int(self.quantity)


class Stock:
    """What is free, and where. What is given to an order is taken away from it."""

    def __init__(self, heaps):
        """:param heaps: product → list of (path, free quantity) in the order in which
        they are taken; where more is reserved than there is, the quantity is negative
        """
        self._heaps = {
            product: [list(heap) for heap in heaps] for product, heaps in heaps.items()
        }

    def free(self, product, source):
        """Return how much of a product a source can give."""
        heaps = self._heaps.get(product, ())
        return max(Decimal(0), sum(q for p, q in heaps if p.startswith(source.path)))

    def units(self, want, source):
        """Return how many units of a line a source can give, as far as they go."""
        if not want.parts:
            return want.quantity
        count = min(self.free(p, source) / each for p, each in want.parts.items())
        return min(want.quantity, Decimal(int(count)) if want.whole() else count)

    def take(self, want, source, units):
        """Take what is in some units of a line out of a source."""
        for product, each in want.parts.items():
            left = units * each
            for heap in self._heaps.get(product, ()):
                if heap[0].startswith(source.path) and heap[1] > 0:
                    taken = min(left, heap[1])
                    heap[1] -= taken
                    left -= taken

    def of(self, products):
        """Return the same stock of some products, to try something with."""
        return Stock({p: self._heaps[p] for p in products if p in self._heaps})

    def become(self, other):
        """Take over the stock of the products that another one has."""
        self._heaps |= other._heaps


def share_out(wants, sources, stock, at_hand=()):
    """Decide which source gives how much of each line of an order.

    A buyer wants one parcel, and each further one costs postage. So an order is not
    split needlessly: the first warehouse in the order of priority that has all of it
    gives all of it. If none has, the fewest warehouses that have it together give it,
    again the first ones by priority. Among these each line goes by priority: to the
    first place that has all of the line, or else to each what it has.

    When all together have not enough, each gives what it has, by priority, and the
    first source gives the rest when it gets the goods: what is missing waits there.

    :param wants: list of ``Want``
    :param sources: list of ``Source`` in the order of priority, at least one
    :param stock: ``Stock``, from which is taken what the sources give
    :param at_hand: homes that send a delivery of this order anyway
    :return: dict key of a line → list of (source, quantity) by priority; their sum is
        the line's quantity
    """
    products = {product for want in wants for product in want.parts}
    for chosen in _choices(sources, at_hand):
        trial = stock.of(products)
        shares = {want.key: _shares(want, chosen, trial) for want in wants}
        if all(_total(shares[want.key]) == want.quantity for want in wants):
            stock.become(trial)
            break
    else:
        shares = {want.key: _shares(want, sources, stock) for want in wants}
    return {want.key: _with_rest(want, shares[want.key], sources) for want in wants}


def _choices(sources, at_hand):
    """Yield sets of sources to try: those that make the fewest deliveries first."""
    homes = list(dict.fromkeys(source.home for source in sources))
    others = [home for home in homes if home not in at_hand]
    most = len(others) if len(others) <= MOST_HOMES else 1
    for count in range(most + 1):
        for further in combinations(others, count):
            chosen = [s for s in sources if s.home in at_hand or s.home in further]
            if chosen:
                yield chosen


def _shares(want, sources, stock):
    """Take a line from sources: from one when one has all of it, else by priority."""
    whole = (s for s in sources if stock.units(want, s) == want.quantity)
    first = next(whole, None)
    shares, left = [], want
    for source in [first] if first else sources:
        units = stock.units(left, source)
        if units > 0:
            stock.take(want, source, units)
            shares.append((source, units))
            left = left._replace(quantity=left.quantity - units)
    return shares


def _total(shares):
    return sum(quantity for _source, quantity in shares)


def _with_rest(want, shares, sources):
    """Let the first source give what nobody has."""
    rest = want.quantity - _total(shares)
    if not rest:
        return shares
    given = dict(shares)
    given[sources[0]] = given.get(sources[0], 0) + rest
    return [(source, given[source]) for source in sources if source in given]
