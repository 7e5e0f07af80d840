"""Two lanes, each a process, beside one that has the same to do."""

from contextlib import ExitStack

from ..amazon import FBM, FBM_ELSEWHERE
from ..measured import Measured, alternate, per_second, ratio
from ..worker import Worker

KINDS = [FBM, FBM_ELSEWHERE]


def two(here, size):
    with ExitStack() as stack:
        workers = [
            stack.enter_context(Worker(here.database, here.ids.shop)) for _lane in "12"
        ]
        for worker in workers:  # both have to be warm
            _stored(here, 100)
            _together([worker], 100)
        one, both = alternate(
            size.rounds,
            lambda _number: _round(here, workers[:1], size.lanes),
            lambda _number: _round(here, workers, size.lanes),
        )
    return Measured(
        ratio(one, both),
        {
            "one lane, orders/s": per_second(size.lanes, one),
            "two lanes, orders/s": per_second(size.lanes, both),
            "ratio of each round": [o / b for o, b in zip(one, both, strict=True)],
        },
    )


def _round(here, workers, count):
    _stored(here, count)
    return lambda: _together(workers, count)


def _stored(here, count):
    pages = here.pull(KINDS, count)
    with here.work() as env:
        here.store(env, pages)


def _together(workers, count):
    for worker in workers:
        worker.begin()
    answers = [worker.answer() for worker in workers]
    applied = sum(answer.get("applied", 0) for answer in answers)
    assert applied == count, f"{applied} of {count} orders were applied"
    print(answers)
