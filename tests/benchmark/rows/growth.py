"""Does an order cost more when there are many already?"""

from ..amazon import FBA, FBM
from ..clones import Clones
from ..measured import Measured, alternate, milliseconds, processor_ratio, ratio, ratios
from ..stage import BATCH
from ..worker import Worker

BASE = 200
KINDS = [FBA, FBM]


def cost(here, size):
    """Compare two databases, alike but for the number of orders in them."""
    here.warm_up(KINDS)
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
                [here, large],
            )
    return Measured(
        ratio(dear, cheap),
        {
            f"with {size.few:,} orders, ms": milliseconds(BATCH, cheap),
            f"with {size.many:,} orders, ms": milliseconds(BATCH, dear),
            "ratio of each round": ratios(dear, cheap),
            "ratio of computing": processor_ratio(dear, cheap),
        },
    )


def _round(place, worker):
    pages = place.pull(KINDS, BATCH)
    with place.work() as env:
        place.store(env, pages)
    return worker.work
