"""What a real server needs while a long backlog comes in."""

import time

from ..amazon import FBA, FBM
from ..measured import Measured
from ..server import Server

EVERY = 2.0  # seconds between two looks
KINDS = [FBA, FBM]


def importing(here, size):
    here.warm_up(KINDS)
    here.amazon.write_pages(KINDS, size.imported)
    before = _orders(here)
    with Server(here.database) as server:
        idle = server.settled()
        _make_due(here)
        seen = _watch(here, server, before + size.imported, size.minutes * 60)
    done = seen[-1][1] - before
    peak = max(memory for _time, _orders, memory in seen)
    assert done == size.imported, (
        f"{done:,} of {size.imported:,} orders came in {size.minutes} minutes, with"
        f" {peak - idle:.0f} MB above the {idle:.0f} MB of idle"
    )
    return Measured(
        peak - idle,
        {
            "orders": done,
            "orders/s": done / seen[-1][0],
            "idle, MB": idle,
            "peak, MB": peak,
            "after each tenth, MB": _tenths(seen, before, size.imported),
        },
    )


def _make_due(here):
    with here.work() as env:
        shop = here.shop(env)
        shop.stream_ids._make_due()
        shop._wake_lanes()


def _watch(here, server, wanted, seconds):
    """Return (seconds, orders, MB) until all have come or the time is over."""
    begin, seen = time.monotonic(), []
    while True:
        passed, orders = time.monotonic() - begin, _orders(here)
        seen.append((passed, orders, server.memory()))
        if orders >= wanted or passed > seconds:
            return seen
        time.sleep(EVERY)


def _orders(here):
    with here.work() as env:
        return env["acorn.message"].search_count([("state", "=", "done")])


def _tenths(seen, before, count):
    return [
        next(mb for _t, orders, mb in seen if orders - before >= count * tenth / 10)
        for tenth in range(1, 11)
    ]
