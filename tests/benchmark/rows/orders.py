"""Orders from page to delivery, beside the way that takes them one at a time."""

from statistics import median

from odoo import sql_db

from .. import one_at_a_time
from ..amazon import FBA, FBM
from ..measured import (
    Measured,
    alternate,
    computed_milliseconds,
    per_second,
    processor_ratio,
    ratio,
    ratios,
)
from ..same import assert_same
from ..stage import BATCH

WARM_UP = 20  # orders, one at a time


def fba(here, size):
    return _beside(here, FBA, size)


def fbm(here, size):
    return _beside(here, FBM, size)


def _beside(here, kind, size):
    one_at_a_time.bring(here, _parsed(here, here.pull([kind], WARM_UP)))
    here.warm_up([kind])
    rounds = [here.pull([kind], size.orders) for _round in range(size.rounds)]
    records = [_parsed(here, pages) for pages in rounds]
    ours, theirs = alternate(
        size.rounds,
        lambda number: lambda: here.store_and_apply(rounds[number]),
        lambda number: lambda: one_at_a_time.bring(here, records[number]),
        [here],
    )
    assert_same(here, [record.ref for each in records for record in each])
    return Measured(
        ratio(theirs, ours),
        {
            "Acorn, orders/s": per_second(size.orders, ours),
            "one at a time, orders/s": per_second(size.orders, theirs),
            "ratio of each round": ratios(theirs, ours),
            "computing an order, ms": computed_milliseconds(size.orders, ours),
            "ratio of computing": processor_ratio(theirs, ours),
        },
    )


def _parsed(here, pages):
    with here.work() as env:
        return here.records(env, pages)


def queries(here, size):
    """The dearer kind of order counts."""
    ours = {kind["fulfilled_by"]: _queries(here, kind) for kind in (FBA, FBM)}
    theirs = _queries_one_at_a_time(here)
    return Measured(
        max(ours.values()),
        {
            "FBA": ours["AMAZON"],
            "FBM": ours["MERCHANT"],
            "one at a time, FBA": theirs,
        },
    )


def _queries(here, kind):
    here.warm_up([kind])
    with here.work() as env:
        here.store(env, here.pull([kind], BATCH))
    with here.work() as env:
        before = sql_db.sql_counter
        here.apply(env)
        return (sql_db.sql_counter - before) / BATCH


def _queries_one_at_a_time(here):
    counts = []
    for record in _parsed(here, here.pull([FBA], WARM_UP)):
        before = sql_db.sql_counter
        one_at_a_time.bring(here, [record])
        counts.append(sql_db.sql_counter - before)
    return median(counts)
