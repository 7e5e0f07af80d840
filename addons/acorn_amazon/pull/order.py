"""Orders that changed, window by window, or were created in a period; page by page.

The cursor is ``{"until": …}`` between two windows: everything changed before it is
stored. That of a period has ``since`` and ``end``. Between two pages it also holds
``token`` of the next one, ``born`` (when that was given), ``query``, for Amazon wants
the same question with each token, and ``upto``, the end that is meant by it.

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
SETTLING = timedelta(minutes=15)  # until Amazon has what it did not know yet
START = ("until", "since", "end", "source")  # what a cursor has before the first page


def next_page(gateway, stream, cursor, now):
    """Return the next page of orders changed on any site.

    Amazon is not asked for certain sites: orders that were sold elsewhere and that it
    only fulfils lie on sites which no account takes part in.
    """
    cursor = _without_dead_token(cursor, now)
    query, upto = _question(stream, cursor, now)
    if not query:
        return Page(cursor=cursor)
    page, said = _search(gateway, query, {**cursor, "upto": upto}, now)
    if page.more:
        return page
    asked = instant(upto)
    until = max(instant(cursor["until"]), min(asked, said or asked))
    # Of the window without an end is left what came since it was asked for.
    behind = now - stream.lag - asked >= stream.at_least
    return Page(
        page.documents,
        {"until": until.isoformat()},
        more=behind and until > instant(cursor["until"]),
    )


def next_page_of_period(gateway, cursor, now):
    """Return the next page of orders created in a period; the last asks for no more."""
    cursor = _without_dead_token(cursor, now)
    query = cursor.get("query") or {
        "createdAfter": _iso(instant(cursor["since"])),
        "createdBefore": _iso(instant(cursor["end"])),
    }
    page, said = _search(gateway, query, cursor, now)
    if page.more or not said or said >= instant(query["createdBefore"]):
        return page
    reached = max(said, instant(cursor["since"]))
    rest = {**page.cursor, "since": reached.isoformat()}
    return Page(page.documents, rest, again_in=SETTLING)


def _search(gateway, query, cursor, now):
    """Return the next page of a search, and up to when Amazon says that it goes."""
    try:
        answer = orders.search(gateway, query, cursor.get("token", ""))
    except Refused as refusal:
        return _start_again(cursor, refusal), None
    documents = tuple(_document(order, now) for order in answer["orders"])
    token = _text(answer, "pagination", "nextToken")
    if token:
        page = {"token": token, "born": now.isoformat(), "query": query}
        return Page(documents, {**cursor, **page}, more=True), None
    said = _text(answer, "createdBefore") or _text(answer, "lastUpdatedBefore")
    return Page(documents, _start(cursor)), _time_or(said, None)


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
        return query, cursor.get("upto") or query["lastUpdatedBefore"]
    window = stream.next_window(instant(cursor["until"]), now)
    if not window:
        return None, None
    since, until = window
    query = {"lastUpdatedAfter": _iso(since)}
    if until < now - stream.lag:
        query["lastUpdatedBefore"] = _iso(until)
    return query, until.isoformat()


def _start(cursor):
    """Return the cursor as it was before the first page."""
    return {name: cursor[name] for name in START if name in cursor}


def _without_dead_token(cursor, now):
    if "token" not in cursor or now - instant(cursor["born"]) < TOKEN_LIFE:
        return cursor
    return _start(cursor)


def _start_again(cursor, refusal):
    """Go back to the first page, should it be the token that was refused."""
    restarts = cursor.get("restarts", 0) + 1
    if "token" not in cursor or restarts > RESTARTS:
        raise refusal
    return Page(cursor={**_start(cursor), "restarts": restarts}, more=True)


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
