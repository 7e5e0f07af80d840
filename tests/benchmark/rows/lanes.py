"""Two lanes, each a process, beside one that has the same to do."""

from contextlib import ExitStack
from statistics import median

from ..amazon import FBM, FBM_ELSEWHERE
from ..measured import Measured, alternate, per_second, ratio, ratios
from ..stage import BATCH
from ..worker import Worker

KINDS = [FBM, FBM_ELSEWHERE]


def two(here, size):
    here.warm_up(KINDS)
    with ExitStack() as stack:
        lanes = [
            stack.enter_context(Worker(here.database, here.ids.shop)) for _lane in "12"
        ]
        for lane in lanes:  # both have to be warm
            _round(here, [lane], BATCH, [])()
        alone, beside = [], []
        one, both = alternate(
            size.rounds,
            lambda _number: _round(here, lanes[:1], size.lanes, alone),
            lambda _number: _round(here, lanes, size.lanes, beside),
        )
    return Measured(
        ratio(one, both),
        {
            "one lane, orders/s": per_second(size.lanes, one),
            "two lanes, orders/s": per_second(size.lanes, both),
            "ratio of each round": ratios(one, both),
            # Far less than alone: others kept the processors busy.
            "share of a core, alone": median(alone),
            "each of two": median(beside),
        },
    )


def _round(here, lanes, count, shares):
    pages = here.pull(KINDS, count)
    with here.work() as env:
        here.store(env, pages)
    return lambda: _apply(lanes, count, shares)


def _apply(lanes, count, shares):
    for lane in lanes:
        lane.begin()
    answers = [lane.answer() for lane in lanes]
    applied = sum(answer.get("applied", 0) for answer in answers)
    assert applied == count, f"{applied} of {count} orders were applied"
    shares += [answer["busy"] / answer["seconds"] for answer in answers]
