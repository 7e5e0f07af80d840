"""Where the time of orders goes: functions, and SQL statements an order."""

import cProfile
import io
import pstats
import re
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial

from odoo import sql_db

from .amazon import FBA, FBM
from .rows import invoices
from .stage import BATCH, prepared

BATCHES, TOP = 2, 60


def run(wanted):
    """Return the profiles of the rows that are wanted, or of all that have one."""
    names = [name for name in wanted.split(",") if name] or [*PARTS]
    with prepared() as here:
        parts = []
        for name in names:
            with here.copy() as copy:
                parts.append(PARTS[name](copy))
    return "\n".join(parts)


def _applied(here, title, kind):
    here.warm_up([kind])
    count = BATCH * BATCHES
    begin = time.monotonic()
    here.bring([kind], count)
    plain = time.monotonic() - begin
    pages = here.pull([kind], count)
    with here.work() as env:
        here.store(env, pages)
    title = f"{title}: {count} orders in batches of {BATCH}"
    return _profile(here, title, count, plain, here.apply)


def _invoiced(here):
    count = BATCH * BATCHES
    orders = invoices.shipped(here, 2 * count)
    here.analyze()
    begin = time.monotonic()
    invoices.in_batches(here, orders[:count])
    plain = time.monotonic() - begin
    return _profile(
        here,
        f"Invoices of {count} FBA orders",
        count,
        plain,
        lambda env: env["sale.order"].browse(orders[count:])._acorn_bill(),
    )


def _profile(here, title, count, plain, work):
    profile = cProfile.Profile()
    with here.work() as env, statements() as seen:
        begin = time.monotonic()
        profile.runcall(work, env)
        seconds = time.monotonic() - begin
    head = (
        f"## {title}\n\n"
        f"{seconds:.1f} s under the profiler ({plain:.1f} s without it);"
        f" {sum(seen.counts.values()) / count:.1f} statements and"
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


PARTS = {
    "fba": partial(_applied, title="FBA, delivered", kind=FBA),
    "fbm": partial(_applied, title="FBM, reserved", kind=FBM),
    "invoices": _invoiced,
}
