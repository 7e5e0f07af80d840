"""make bench: how fast Acorn is, measured beside the way that others do it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from . import database, environment, paths, postgres

DATABASE = "acorn_bench_"
GRACE = 60  # seconds


def bench(arguments, template):
    """Run ROWS (all of them when it is empty); QUICK for less of each, PROFILE to see
    where the time goes instead."""
    _drop_leftovers()
    env = environment.tested() | {"ACORN_TEST_TEMPLATE": template}
    command = environment.python("-m", "tests.benchmark", *arguments, *_wishes())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    process = subprocess.Popen(command, cwd=paths.ROOT, env=env)
    try:
        return process.wait()
    finally:
        _end(process)


def _end(process):
    """Give it the time to end its own processes and to drop its databases."""
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()


def _wishes():
    wishes = []
    if rows := os.environ.get("ROWS"):
        wishes += ["--rows", rows]
    for name in ("QUICK", "PROFILE"):
        if os.environ.get(name, "0") not in ("", "0"):
            wishes.append(f"--{name.lower()}")
    return wishes


def _drop_leftovers():
    """Of processes of this machine that died."""
    if postgres.is_external():
        return
    for name in database.names(DATABASE):
        pid = name.removeprefix(DATABASE).partition("_")[0]
        if not Path("/proc", pid).exists():
            database.drop(name)
