"""Returns, from two reports: see ``report`` for the cursor.

A return changes for weeks after it was asked for, and is told under the day on which it
was: each report reaches back as far as it may. What has not changed is stored no second
time. A stream that was still for longer catches up report by report; its cursor then
has ``upto``, the end of the one that is being made.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from odoo.addons.acorn_base.channel import instant

from ..parse.fba_returns import read_fba_returns
from ..parse.returns import read_returns
from . import report


@dataclass(frozen=True)
class Source:
    """A report of returns, and the longest period it is asked for."""

    report: str
    period: timedelta
    read: Callable  # (text, when it was made) → documents


# Amazon gives 60 days at most, and our clock is not Amazon's.
BY_MERCHANT = Source(
    "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
    timedelta(days=60) - timedelta(hours=1),
    read_returns,
)
# Amazon adds to past days, up to 35 of them.
BY_AMAZON = Source(
    "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA", timedelta(days=40), read_fba_returns
)


def next_step(gateway, sites, cursor, now, source):
    """Order the report, look whether it is there, or return its returns."""
    since, until = _period(source, cursor, now)
    request = report.Request(source.report, tuple(sites), since, until)
    page = report.next_step(gateway, request, cursor, now, source.read)
    if until and "report" in page.cursor:
        return replace(page, cursor={**page.cursor, "upto": until.isoformat()})
    if until:
        return replace(page, cursor={"until": until.isoformat()}, more=True)
    return page


def _period(source, cursor, now):
    """Return since when and until when to ask; the end is None for the present."""
    if "upto" in cursor:
        until = instant(cursor["upto"])
        return until - source.period, until
    position = instant(cursor["until"])
    if now - position > source.period and "report" not in cursor:
        return position, position + source.period
    return now - source.period, None


next_return_step = partial(next_step, source=BY_MERCHANT)
next_fba_return_step = partial(next_step, source=BY_AMAZON)
