"""Does an order cost more when there are many already?"""

from ..amazon import FBA, FBM
from ..clones import Clones
from ..measured import Measured, alternate, ratio
from ..worker import Worker

BASE, BATCH = 200, 100
KINDS = [FBA, FBM]


def cost(here, size):
    """Compare two databases, alike but for the number of orders in them."""
    here.bring(KINDS, BASE)  # what is made once: offers, charges, budgets
    clones = Clones(here)
    here.bring(KINDS, BASE)
    clones.grow(BASE, size.few)
    with here.copy() as large:
        Clones(large, clones).grow(BASE, size.many)
        with (
            Worker(here.database, here.ids.shop) as few,
            Worker(large.database, large.ids.shop) as many,
        ):
            for place, worker in ((here, few), (large, many)):
                _round(place, worker)()
            cheap, dear = alternate(
                size.rounds,
                lambda _number: _round(here, few),
                lambda _number: _round(large, many),
            )
    return Measured(
        ratio(dear, cheap),
        {
            f"with {size.few:,} orders, ms": _milliseconds(cheap),
            f"with {size.many:,} orders, ms": _milliseconds(dear),
            "ratio of each round": [d / c for c, d in zip(cheap, dear, strict=True)],
        },
    )


def _round(place, worker):
    pages = place.pull(KINDS, BATCH)
    with place.work() as env:
        place.store(env, pages)
    return worker.work


def _milliseconds(seconds):
    return sorted(seconds)[len(seconds) // 2] * 1000 / BATCH
