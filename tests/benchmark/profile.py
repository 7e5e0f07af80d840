"""Where the time of applying orders goes: functions, and SQL statements an order."""

import cProfile
import io
import pstats
import re
import time
from collections import Counter
from contextlib import contextmanager

from odoo import sql_db

from .amazon import FBA, FBM
from .stage import BATCH, prepared

BATCHES, TOP = 2, 60
KINDS = {"FBA, delivered": FBA, "FBM, reserved": FBM}


def run():
    """Return the profile of both kinds of orders as text."""
    with prepared() as here:
        parts = [_profile(here, name, kind) for name, kind in KINDS.items()]
    return "\n".join(parts)


def _profile(here, name, kind):
    here.warm_up([kind])
    count = BATCH * BATCHES
    begin = time.monotonic()
    here.bring([kind], count)
    plain = time.monotonic() - begin
    pages = here.pull([kind], count)
    with here.work() as env:
        here.store(env, pages)
    profile = cProfile.Profile()
    with here.work() as env, statements() as seen:
        begin = time.monotonic()
        profile.runcall(here.apply, env)
        seconds = time.monotonic() - begin
    head = (
        f"## {name}: {count} orders in batches of {BATCH}\n\n"
        f"{seconds:.1f} s under the profiler ({plain:.1f} s without it, storing"
        f" included); {sum(seen.counts.values()) / count:.1f} statements and"
        f" {1000 * sum(seen.seconds.values()) / count:.1f} ms in PostgreSQL an order.\n"
    )
    return head + _functions(profile, count) + _statements(seen, count)


def _functions(profile, count):
    text = ""
    for order in ("cumulative", "tottime"):
        out = io.StringIO()
        stats = pstats.Stats(profile, stream=out).sort_stats(order)
        stats.print_stats(TOP)
        body = re.sub(r"\S*/(odoo/|addons/|tests/)", r"\1", out.getvalue())
        text += f"\n### By {order} time\n\n```\n{body.strip()}\n```\n"
    return text


def _statements(seen, count):
    lines = ["\n### SQL\n", "| an order | ms an order | statement |", "|--:|--:|---|"]
    for sql, calls in seen.counts.most_common(TOP):
        time_ = 1000 * seen.seconds[sql] / count
        lines.append(f"| {calls / count:.2f} | {time_:.2f} | `{sql}` |")
    return "\n".join(lines) + "\n"


class _Seen:
    def __init__(self):
        self.counts, self.seconds = Counter(), Counter()


@contextmanager
def statements():
    """Count the statements of this process by their shape."""
    seen, execute = _Seen(), sql_db.Cursor.execute

    def counted(cursor, query, params=None, log_exceptions=True):
        begin = time.perf_counter()
        try:
            return execute(cursor, query, params, log_exceptions)
        finally:
            shape = _shape(getattr(query, "code", query))
            seen.counts[shape] += 1
            seen.seconds[shape] += time.perf_counter() - begin

    sql_db.Cursor.execute = counted
    try:
        yield seen
    finally:
        sql_db.Cursor.execute = execute


def _shape(sql):
    """A statement without its values and columns."""
    text = sql if isinstance(sql, str) else str(sql)
    text = " ".join(text.split()).replace('"', "").replace("|", "¦")
    text = re.sub(r"_[0-9a-f]{32}|SAVEPOINT \S+", "SAVEPOINT", text)
    text = re.sub(r"SELECT .*? FROM ", "SELECT … FROM ", text, count=1)
    text = re.sub(r"\d+", "0", text)
    return text[:150]
