"""Random runs: what happens follows from a seed, which is printed.

`make chaos SEEDS=20` tries as many more; `SEED=7` tries one again, `STEPS=300` makes
them longer, and with `MINUTES=30` new seeds are tried until that time is over.
"""

import os
import time

import pytest

from .events import Play

SEEDS = os.environ.get("ACORN_CHAOS_SEEDS")
FIRST = int(os.environ.get("ACORN_CHAOS_SEED") or 1)
STEPS = int(os.environ.get("ACORN_CHAOS_STEPS") or (120 if SEEDS else 40))
MINUTES = float(os.environ.get("ACORN_CHAOS_MINUTES") or 0)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + int(SEEDS or 2)))
def test_whatever_happens_odoo_equals_amazon(stage, seed):
    run(stage, seed)


@pytest.mark.skipif(not MINUTES, reason="make chaos MINUTES=… goes on for that long")
def test_for_a_while(stage):
    seed, end = FIRST + int(SEEDS or 2), time.monotonic() + 60 * MINUTES
    while time.monotonic() < end:
        run(stage, seed)
        seed += 1


def run(stage, seed):
    play = Play(stage, seed)
    print(f"seed {seed}, {STEPS} steps")  # noqa: T201  (to be run again)
    stage.serve(2)
    try:
        play.play(STEPS)
        stage.amazon.ask("options", {"page_limit": 100})
        stage.clear_faults()
        stage.check()
    except AssertionError as error:
        raise AssertionError(f"{error}\n{play}") from error
