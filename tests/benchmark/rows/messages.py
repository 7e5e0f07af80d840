"""Pages become messages; those that come again change nothing."""

from ..amazon import FBA, FBM
from ..measured import Measured, per_second, timed
from ..versions import changed

ROUNDS = 5
# How far it was fetched: the one thing that a page without news moves on.
CURSOR = {"acorn_stream"}


def store(here, size):
    here.warm_up([FBA, FBM])
    count = size.stored // ROUNDS
    rounds = [here.pull([FBM, FBA], count) for _round in range(ROUNDS)]
    seconds = [timed(lambda pages=pages: _store(here, pages)) for pages in rounds]
    return Measured(per_second(count, seconds), {"orders": size.stored})


def replay(here, size):
    pages = here.pull([FBM, FBA], size.stored)
    _store(here, pages)
    # As if they had been applied: storing does not look at the orders.
    with here.work() as env:
        env.cr.execute("UPDATE acorn_message SET state = 'done', done_at = now()")
    here.analyze()
    parts = [pages[n::ROUNDS] for n in range(ROUNDS)]
    with changed(here) as tables:
        seconds = [timed(lambda part=part: _store(here, part)) for part in parts]
    assert tables <= CURSOR, f"A replay wrote to {tables - CURSOR}"
    count = size.stored / ROUNDS
    return Measured(
        per_second(count, seconds),
        {"orders": size.stored, "tables with another row version": sorted(tables)},
    )


def _store(here, pages):
    with here.work() as env:
        here.store(env, pages)
