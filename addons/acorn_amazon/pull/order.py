"""Orders that changed, window by window and page by page.

The cursor is ``{"until": …}`` between two windows: everything changed before it is
stored. Within a window it also holds ``token`` of the next page, ``born`` (when that
was given), ``query``, for Amazon wants the same question with each token, and ``end``,
up to which it asks.

The window that reaches up to the present is asked without an end: Amazon refuses one
that is too near to its own present, and our clock is not Amazon's.
"""

import json
from datetime import timedelta
from hashlib import sha256

from odoo.addons.acorn_base.channel import UTC, Document, Page, Refused, instant

from ..spapi import orders

TOKEN_LIFE = timedelta(hours=23)  # Amazon says 24
RESTARTS = 3  # of one window in a row; then it is not the token that Amazon refuses


def next_page(gateway, stream, closed_sites, cursor, now):
    """Return the next page of orders changed on any site.

    Amazon is not asked for certain sites: orders that were sold elsewhere and that it
    only fulfils lie on sites which no account takes part in. Those of sites that were
    closed here are left out of the answer.
    """
    cursor = _without_dead_token(cursor, now)
    query, end = _question(stream, cursor, now)
    if not query:
        return Page(cursor=cursor)
    try:
        answer = orders.search(gateway, query, cursor.get("token", ""))
    except Refused as refusal:
        return _start_window_again(cursor, refusal)
    found = (_document(order, now) for order in answer["orders"])
    documents = tuple(each for each in found if each.site not in closed_sites)
    token = _text(answer, "pagination", "nextToken")
    if token:
        page = {"token": token, "born": now.isoformat(), "query": query, "end": end}
        return Page(documents, {**cursor, **page}, more=True)
    until = _reached(cursor, end, answer)
    # Of the window without an end is left what came since it was asked for.
    behind = now - stream.lag - instant(end) >= stream.at_least
    return Page(
        documents,
        {"until": until.isoformat()},
        more=behind and until > instant(cursor["until"]),
    )


def these(gateway, keys, cursor, now):
    """Return the orders with these numbers; the cursor stays as it is."""
    documents = tuple(_document(orders.get(gateway, key), now) for key in keys)
    return Page(documents, cursor)


def body_of(order):
    """Return an order's JSON in bytes, its names in Amazon's order."""
    # Money comes as text; of the few numbers that are left none needs a Decimal.
    return json.dumps(
        order, ensure_ascii=False, separators=(",", ":"), default=float
    ).encode("utf-8", "surrogatepass")


def _question(stream, cursor, now):
    """Return what to ask for next and its end; None while there is nothing new."""
    if query := cursor.get("query"):
        return query, cursor.get("end") or query["lastUpdatedBefore"]
    window = stream.next_window(instant(cursor["until"]), now)
    if not window:
        return None, None
    since, until = window
    query = {"lastUpdatedAfter": _iso(since)}
    if until < now - stream.lag:
        query["lastUpdatedBefore"] = _iso(until)
    return query, until.isoformat()


def _without_dead_token(cursor, now):
    if "token" not in cursor or now - instant(cursor["born"]) < TOKEN_LIFE:
        return cursor
    return {"until": cursor["until"]}


def _start_window_again(cursor, refusal):
    """Go back to the window's first page, should it be the token that was refused."""
    restarts = cursor.get("restarts", 0) + 1
    if "token" not in cursor or restarts > RESTARTS:
        raise refusal
    return Page(cursor={"until": cursor["until"], "restarts": restarts}, more=True)


def _reached(cursor, end, answer):
    """Return the time before which no change is missing now."""
    asked = instant(end)
    said = _time_or(_text(answer, "lastUpdatedBefore"), asked)
    return max(instant(cursor["until"]), min(asked, said))


def _document(order, now):
    """Wrap an order; parsing it, later, tells what is wrong with it."""
    body = body_of(order)
    sold_here = _text(order, "salesChannel", "channelName") == "AMAZON"
    return Document(
        kind="order",
        key=_text(order, "orderId") or f"?{sha256(body).hexdigest()[:16]}",
        version=_time_or(_text(order, "lastUpdatedTime"), now),
        body=body,
        site=_text(order, "salesChannel", "marketplaceId") if sold_here else "",
        by_channel=_text(order, "fulfillment", "fulfilledBy") == "AMAZON",
    )


def _text(value, *names):
    """Return the text at a path, '' where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _time_or(text, default):
    try:
        return instant(text)
    except ValueError:
        return default


def _iso(time):
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
