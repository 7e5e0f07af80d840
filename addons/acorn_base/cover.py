"""How long goods last, and how much to order. Plain arithmetic.

Quantities are in the unit of the product, speeds in units a day.
"""

from dataclasses import dataclass
from math import ceil

MOST_DAYS = 999  # of cover: who sees more than that need not know how much more
LEAST_DAYS = 7  # that a speed is taken over: one good day is no speed

IDLE, ENOUGH, SHORT, LATE = "idle", "enough", "short", "late"


@dataclass(frozen=True, slots=True)
class Stock:
    """What is there of one product in one place, and what comes.

    :param free: on hand less what open deliveries need: below 0 when too much is sold
    :param arrivals: (days from today, units) of what comes within the lead time,
        soonest first
    :param asked: units that are asked for and that nobody has confirmed
    """

    free: float = 0
    arrivals: tuple[tuple[int, float], ...] = ()
    asked: float = 0

    @property
    def inbound(self):
        return sum(units for _day, units in self.arrivals)

    @property
    def available(self):
        return self.free + self.inbound


@dataclass(frozen=True, slots=True)
class Terms:
    """When to order, and for how long.

    :param lead_days: until goods arrive that are ordered now
    :param safety_days: that goods shall last when the next ones arrive
    :param review_days: for which is ordered at a time, beyond that
    :param least: units below which a person wants to order; 0: nobody has said
    :param most: units up to which a person wants to order; 0: nobody has said
    """

    lead_days: float = 0
    safety_days: float = 0
    review_days: float = 0
    least: float = 0
    most: float = 0


@dataclass(frozen=True, slots=True)
class Cover:
    """How long goods last.

    :param state: ``late`` they run out before goods ordered now could arrive,
        ``short`` fewer than the threshold, ``enough``, or ``idle``: nothing is sold
    :param days: for which what is there and comes in time lasts, 999 at the most
    :param runs_out: days from today until nothing is left, 999 at the most: sooner
        than ``days`` when what comes comes too late
    :param threshold: units below which they are short
    :param proposal: units to order now
    """

    state: str
    days: float
    runs_out: float
    threshold: float
    proposal: float


def judge(stock, speed, terms):
    """Return the ``Cover`` of a product that sells so fast."""
    least, most = limits(speed, terms)
    if terms.least:
        least, most = terms.least, max(terms.least, terms.most)
    gone = runs_out(stock.free, stock.arrivals, speed)
    short = stock.available < least or stock.available < 0
    if speed and gone < max(terms.lead_days, 1):
        state = LATE
    elif short:
        state = SHORT
    else:
        state = ENOUGH if speed or least else IDLE
    return Cover(
        state=state,
        days=runs_out(stock.available, (), speed),
        runs_out=gone,
        threshold=least,
        proposal=whole(most - stock.available - stock.asked) if short else 0,
    )


def limits(speed, terms):
    """Return what to keep at the least and what to order up to, in whole units."""
    days = terms.lead_days + terms.safety_days
    return whole(speed * days), whole(speed * (days + terms.review_days))


def runs_out(free, arrivals, speed):
    """Return in how many days nothing is left, when sold at that speed."""
    if not speed:
        return MOST_DAYS
    day = 0
    for arrives, units in arrivals:
        needed = speed * (arrives - day)
        if arrives > day and free < needed:
            break
        free += units - needed
        day = arrives
    return min(MOST_DAYS, day + max(0, free) / speed)


def speed_of(on_hand, days, window, open_units=0):
    """Return how many units a day are sold while there are any to sell.

    :param on_hand: units now
    :param days: dict days ago → (change of stock, units sold), for days on which
        something moved
    :param window: number of days that are looked at
    :param open_units: sold in that time, and not left yet
    """
    sold = open_units + sum(units for _change, units in days.values())
    if sold <= 0:
        return 0
    counted = days_in_stock(on_hand, days, window)
    return sold / max(counted, min(LEAST_DAYS, window))


def days_in_stock(on_hand, days, window):
    """Count the days on which there was something to sell, back from today."""
    counted, left = 0, on_hand
    for ago in range(window):
        change, sold = days.get(ago, (0, 0))
        before = left - change
        counted += left > 0 or before > 0 or sold > 0
        left = before
    return counted


def whole(units):
    """Round up to whole units, what floating point has added left aside."""
    return max(0, ceil(units - 1e-6))
