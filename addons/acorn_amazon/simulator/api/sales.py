"""Sales API v1: orders counted by day, week, month, year, or in all."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..accounts import BY_ID
from ..answers import Answer, invalid
from ..calls import Operation
from ..clock import parse
from ..world.money import money, ratio, read
from .parameters import refuse_unknown, text, texts

LONGEST = timedelta(days=731)
LONGEST_HOURLY = timedelta(days=30)
GRANULARITIES = ("Hour", "Day", "Week", "Month", "Year", "Total")


def get_order_metrics(call):
    refuse_unknown(
        call,
        "marketplaceIds",
        "interval",
        "granularity",
        "granularityTimeZone",
        "buyerType",
        "fulfillmentNetwork",
        "firstDayOfWeek",
        "asin",
        "sku",
        "amazonProgram",
    )
    marketplace = _marketplace(call)
    granularity = text(call, "granularity", GRANULARITIES)
    since, until = _interval(call, granularity)
    zone = _zone(call, granularity)
    entries, _rest = call.world.orders.search(
        call.account.key,
        "created",
        since,
        until - timedelta(microseconds=1),
        limit=None,
        wanted=lambda entry: entry.marketplace_id == marketplace.id,
    )
    payload = []
    for start, end in _parts(
        since.astimezone(zone), until.astimezone(zone), granularity
    ):
        mine = [entry for entry in entries if start <= entry.created < end]
        payload.append(_metrics(start, end, mine, marketplace.currency))
    return Answer(200, {"payload": payload})


def _marketplace(call):
    ids = texts(call, "marketplaceIds")
    own = {each.id for each in call.account.marketplaces}
    if len(ids) != 1 or ids[0] not in own:
        raise invalid("Invalid Input", "marketplaceIds must be one of the account's")
    return BY_ID[ids[0]]


def _interval(call, granularity):
    """(first moment, first moment no more)"""
    given = text(call, "interval").replace(" ", "+")
    try:
        since, until = (parse(part) for part in given.split("--"))
    except (ValueError, TypeError) as error:
        raise invalid("Invalid Input", f"interval: {error}") from error
    longest = LONGEST_HOURLY if granularity == "Hour" else LONGEST
    if until <= since or since < call.time - longest:
        raise invalid("Invalid Input", "interval: it is empty, or begins too long ago")
    return since, until


def _zone(call, granularity):
    name = text(call, "granularityTimeZone")
    if not name and granularity not in ("Hour", "Total"):
        raise invalid("Invalid Input", "granularityTimeZone is required")
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise invalid("Invalid Input", f"granularityTimeZone: {error}") from error


def _parts(since, until, granularity):
    """The interval cut where days, weeks, … begin; its ends may be incomplete."""
    start = since
    while start < until:
        end = min(until, _next(start, granularity) if granularity != "Total" else until)
        yield start, end
        start = end


def _next(moment, granularity):
    """When the next hour, day, … begins."""
    if granularity == "Hour":
        whole = moment.replace(minute=0, second=0, microsecond=0)
        return whole + timedelta(hours=1)
    day = datetime(moment.year, moment.month, moment.day, tzinfo=moment.tzinfo)
    if granularity == "Day":
        return day + timedelta(days=1)
    if granularity == "Week":
        return day + timedelta(days=7 - day.weekday())
    if granularity == "Month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day.replace(year=day.year + 1, month=1, day=1)


def _metrics(start, end, entries, currency):
    items = [item for entry in entries for item in entry.raw["orderItems"]]
    units = sum(item["quantityOrdered"] for item in items)
    sold = sum(_sold(item) for item in items)
    return {
        "interval": f"{_iso(start)}--{_iso(end)}",
        "unitCount": units,
        "orderItemCount": len(items),
        "orderCount": len(entries),
        "averageUnitPrice": money(ratio(sold, 1, units or 1), currency),
        "totalSales": money(sold, currency),
    }


def _sold(item):
    parts = item.get("proceeds", {}).get("breakdowns", ())
    return sum(read(part["subtotal"])[0] for part in parts if part["type"] == "ITEM")


def _iso(moment):
    """As Amazon's examples have it: without seconds."""
    return moment.isoformat(timespec="minutes").replace("+00:00", "Z")


OPERATIONS = [
    Operation(
        "getOrderMetrics", "GET", "/sales/v1/orderMetrics", get_order_metrics, "sales"
    )
]
