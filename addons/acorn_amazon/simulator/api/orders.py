"""Orders API 2026-01-01: reading orders."""

from datetime import timedelta

from ..answers import Answer, invalid, not_found
from ..calls import Operation
from ..clock import iso, parse
from ..world.changes import STATUSES
from ..world.orders import DATASETS
from .parameters import moment, number, refuse_unknown, text, texts
from .tokens import fingerprint, seal, unseal

MODEL = "orders_2026-01-01"
PATH = "/orders/2026-01-01/orders"
FAMILIES = ("created", "lastUpdated")
INDEXES = {"created": "created", "lastUpdated": "updated"}
TOKEN_LIFE = timedelta(hours=24)
MOST = 100
# A next page may be asked for with other values of these than the page before.
FREE = {"paginationToken", "maxResultsPerPage", "includedData"}


def search_orders(call):
    refuse_unknown(
        call,
        *(f"{family}{end}" for family in FAMILIES for end in ("After", "Before")),
        "fulfillmentStatuses",
        "marketplaceIds",
        "fulfilledBy",
        *FREE,
    )
    family, after, before = _period(call)
    limit = number(call, "maxResultsPerPage", MOST, 1, MOST)
    included = set(texts(call, "includedData", DATASETS.values()))
    token = _read_token(call)
    before = parse(token["before"]) if token else before
    options = call.world.options
    entries, following = call.world.orders.search(
        call.account.key,
        INDEXES[family],
        after,
        before,
        min(limit, options.page_limit),
        start=token and (parse(token["time"]), token["order"]),
        wanted=_filter(call),
        known=options.late_seconds
        and call.time - timedelta(seconds=options.late_seconds),
    )
    body = {
        "orders": [_view(call, entry, included) for entry in entries],
        f"{family}Before": iso(before),
    }
    if following:
        body["pagination"] = {"nextToken": _token(call, following, before)}
    return Answer(200, body)


def _period(call):
    """(created or lastUpdated, after, before)"""
    given = {
        family: (moment(call, f"{family}After"), moment(call, f"{family}Before"))
        for family in FAMILIES
    }
    families = [family for family, times in given.items() if any(times)]
    if len(families) != 1 or not given[families[0]][0]:
        raise invalid(
            "Invalid Input",
            "Exactly one of createdAfter and lastUpdatedAfter must be given, and no"
            " Before of the other",
        )
    after, before = given[families[0]]
    settled = call.time - timedelta(seconds=call.world.options.settle_seconds)
    if before and before < after:
        raise invalid("Invalid Input", f"{families[0]}Before is earlier than After")
    if before and before > settled:
        raise invalid(
            "Invalid Input",
            f"{families[0]}Before must be at least two minutes before now",
        )
    return families[0], after, before or settled


def _filter(call):
    """Which of the account's orders are wanted; None for all."""
    statuses = texts(call, "fulfillmentStatuses", STATUSES)
    shippers = texts(call, "fulfilledBy", ("MERCHANT", "AMAZON"))
    marketplaces = texts(call, "marketplaceIds", most=50)
    if not (statuses or shippers or marketplaces):
        return None
    return lambda entry: (
        (not statuses or entry.status in statuses)
        and (not shippers or entry.fulfilled_by in shippers)
        and (not marketplaces or entry.marketplace_id in marketplaces)
    )


def _read_token(call):
    sealed = text(call, "paginationToken")
    if not sealed:
        return None
    token = unseal(sealed, "paginationToken")
    if token.get("query") != fingerprint(call, FREE):
        raise invalid("Invalid Input", "paginationToken belongs to other parameters")
    if parse(token["until"]) < call.time:
        raise invalid("Invalid Input", "paginationToken has expired")
    return token


def _token(call, following, before):
    """All pages of one search end where the first one did."""
    updated, order_id = following
    return seal(
        {
            "query": fingerprint(call, FREE),
            "time": iso(updated),
            "order": order_id,
            "before": iso(before),
            "until": iso(call.time + TOKEN_LIFE),
        }
    )


def _view(call, entry, included):
    return entry.view(included, call.time, call.account.personal_data)


def get_order(call):
    refuse_unknown(call, "includedData")
    included = set(texts(call, "includedData", DATASETS.values()))
    entry = find(call)
    return Answer(200, {"order": _view(call, entry, included)})


def find(call):
    """The account's order that the path names."""
    order_id = call.arguments["orderId"]
    entry = call.world.orders.get(order_id)
    if entry is None or entry.account != call.account.key:
        raise not_found(f"Order {order_id} was not found")
    return entry


OPERATIONS = [
    Operation("searchOrders", "GET", PATH, search_orders, MODEL),
    Operation("getOrder", "GET", f"{PATH}/<orderId>", get_order, MODEL),
]
