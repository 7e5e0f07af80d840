"""History: what was created in a period, from the cheapest source.

The Orders API tells 100 orders a call, three minutes apart. A report tells of any
number for a few calls, though less of each. So what is settled comes from reports:
Amazon changes it no more, and its addresses would be removed soon (see ``SETTLED``).
"""

import math
from datetime import datetime, timedelta

from odoo.addons.acorn_base.channel import (
    BULK,
    DETAIL,
    UTC,
    Page,
    Plan,
    Slice,
    instant,
)

from ..spapi import sales
from ..spapi.orders import PAGE_SIZE
from ..spapi.throttle import reserve
from . import order, order_report

# Shipped within 30 days, delivered within 30 more: older orders do not change, and
# what is known of their buyers may not be kept.
SETTLED = timedelta(days=60)
LONGEST = order_report.LONGEST  # a slice is no longer
UNCOUNTED = timedelta(days=7)  # nor this, when nobody knows how many pages it has
MOST = 10_000  # orders of a slice: pages that are read before their token dies
COUNTED = timedelta(days=729)  # the Sales API counts two years back
DAY = timedelta(days=1)

REPORT_CALLS = {"createReport": 1, "getReport": 5, "getReportDocument": 1}
MAKING = timedelta(minutes=5)  # of a report
PER_CALL = timedelta(seconds=2)


# === READING === #


def next_step(gateway, sites, cursor, now):
    """Return the next page of a slice."""
    if cursor["source"] == DETAIL:
        return order.next_page_of_period(gateway, cursor, now)
    request = order_report.period(
        order_report.BY_ORDER_DATE,
        sites,
        instant(cursor["since"]),
        instant(cursor["end"]),
    )
    under_way = {name: cursor[name] for name in ("report", "asked") if name in cursor}
    start = {**under_way, "until": cursor["end"]}
    page = order_report.next_step(gateway, request, (), start, now)
    following = {name: cursor[name] for name in ("since", "end", "source")}
    if page.again_in is not None:
        following |= {name: page.cursor[name] for name in ("report", "asked")}
    return Page(page.documents, following, again_in=page.again_in)


def expected(gateway, sites, since, until):
    """Return orders per day of UTC, ``{iso: count}``, as far back as Amazon counts."""
    since, counted = _midnight(since), _midnight(until - COUNTED)
    # What Amazon keeps for a day or two before it counts is too little to matter.
    first = max(since, counted - 2 * DAY)
    days = {each.date().isoformat(): 0 for each in _days(first, until)}
    since = max(since, counted)
    for site in sites:
        for metric in sales.metrics(gateway, site, since, until):
            day = instant(metric["interval"].partition("--")[0]).date().isoformat()
            days[day] = days.get(day, 0) + metric["orderCount"]
    return days


# === PLANNING === #


def plans(rate_of, since, until, days, every, now):
    """Return the ways to read a period, the cheapest first.

    :param rate_of: function of an operation that returns its ``throttle.Rate``
    :param days: orders per day, or None
    :param every: how often the live stream is asked
    """
    live = {"searchOrders": 1 / every.total_seconds()}
    settled = _midnight(now - COUNTED), _midnight(now - SETTLED)
    found = [_plan(DETAIL, tuple(_slices(since, until, (), days)), rate_of, live)]
    if since < settled[1]:
        slices = tuple(_slices(since, until, settled, days))
        found.append(_plan(BULK, slices, rate_of, live))
    # Without numbers nobody knows how long the pages are; a report always costs three.
    unknown = found[0].expected is None
    return tuple(
        sorted(found, key=lambda plan: (unknown and plan.source, plan.duration))
    )


def _plan(source, slices, rate_of, live):
    calls = _calls(slices)
    took = max(
        timedelta(seconds=_seconds(count, rate_of(operation), live.get(operation, 0)))
        for operation, count in calls.items()
    )
    total = sum(calls.values())
    making = MAKING if source == BULK else timedelta(0)
    return Plan(source, slices, total, max(took, total * PER_CALL) + making)


def _slices(since, until, settled, days):
    """Yield slices, newest first, which begin and end at midnights of UTC.

    :param settled: the first and the last moment of what comes from reports, if any
    """
    start = end = until
    count = 0
    while start > since:
        day = max(since, _midnight(start - timedelta(microseconds=1)))
        orders = days.get(day.date().isoformat()) if days else None
        if start != end and (
            start in settled
            or end - day > _longest(start, count, settled)
            or (orders is None) != (count is None)
            or (orders and count + orders > MOST)
        ):
            yield _slice(start, end, settled, count)
            end, count = start, 0
        count = None if orders is None else count + orders
        start = day
    if end > start:
        yield _slice(start, end, settled, count)


def _longest(until, count, settled):
    counted = count is not None or _is_settled(until, until, settled)
    return LONGEST if counted else UNCOUNTED


def _is_settled(since, until, settled):
    return bool(settled) and settled[0] <= since and until <= settled[1]


def _slice(since, until, settled, count):
    source = BULK if _is_settled(since, until, settled) else DETAIL
    return Slice(since, until, source, count)


def _calls(slices):
    """Return how often each operation is called."""
    calls = {}
    for each in slices:
        pages = {"searchOrders": max(1, math.ceil((each.expected or 0) / PAGE_SIZE))}
        for name, count in (REPORT_CALLS if each.source == BULK else pages).items():
            calls[name] = calls.get(name, 0) + count
    return calls


def _seconds(calls, rate, live):
    """Return how long so many calls take beside what the live stream calls."""
    at_once = rate.burst - reserve(rate)
    per_second = max(rate.per_second - live, rate.per_second / 10)
    return max(0, calls - at_once) / per_second


def _days(since, until):
    day = since
    while day < until:
        yield day
        day += DAY


def _midnight(moment):
    return datetime.combine(moment.astimezone(UTC).date(), datetime.min.time(), UTC)
