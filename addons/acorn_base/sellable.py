"""How many units of a product a shop may sell: plain arithmetic, shown to people.

Quantities are in the product's own unit of measure, as floats the way Odoo keeps them;
what is told to a channel are whole units.
"""

from dataclasses import dataclass, fields
from math import floor

CRUMB = 1e-6  # less than any unit: 2.9999999 are three
LEAST_TOLD = 10  # units: what was told is taken as no less when changes are judged


@dataclass(frozen=True)
class Pool:
    """What lies in the places that a quantity group sells from, of one product."""

    on_hand: float = 0.0
    reserved: float = 0.0  # for deliveries that have their goods
    owed: float = 0.0  # confirmed, but its goods are not reserved yet
    pending: float = 0.0  # sold at a channel, not confirmed there yet
    quarantine: float = 0.0  # in the same warehouses and not for sale; not in on_hand

    @property
    def free(self):
        return self.on_hand - self.reserved - self.owed - self.pending

    def per(self, count):
        """Return how far it reaches where each unit sold takes ``count`` of it."""
        return Pool(*(getattr(self, field.name) / count for field in fields(self)))


EMPTY = Pool()


@dataclass(frozen=True)
class Terms:
    """The rules that apply to an offer on a site."""

    kept: float = 0.0  # units kept for other shops
    share: float = 100.0  # per cent of the pool that is this shop's
    buffer: float = 0.0  # units never shown
    percent: float = 100.0  # of what is left that is shown
    hide_below: float = 0.0  # fewer units are shown as none
    cap: float | None = None  # no more than so many are shown
    stopped: bool = False
    handling_days: int | None = None


def sellable(pool, terms):
    """Return the whole units that may be shown, never fewer than none."""
    if terms.stopped:
        return 0
    left = (pool.free - terms.kept) * terms.share / 100 - terms.buffer
    left = left * terms.percent / 100
    if terms.cap is not None:
        left = min(left, terms.cap)
    units = max(floor(left + CRUMB), 0)
    return units if units >= terms.hide_below else 0


def scarcest(parts):
    """Return the pool of a kit: that of the part that runs out first.

    :param parts: list of (pool of a part, how many of it a kit takes)
    """
    return min((pool.per(count) for pool, count in parts), key=lambda pool: pool.free)


def is_sudden(told, wanted, factor):
    """Whether a quantity would grow so much that a person should have a look.

    :param told: units the channel knows
    :param factor: so many times as much are too many; 0: never
    """
    return bool(factor) and wanted > factor * max(told, LEAST_TOLD)
