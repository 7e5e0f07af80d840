"""Listings that are new or have changed, found by when that was.

Amazon shows a thousand listings of one search at most. So a search does not go on with
the next page but begins anew at the time of the last listing, until the page token is
needed: when a whole page changed within one second.

The cursor is ``{"until": …}`` between two rounds. Within one it also holds ``since``
and ``upto``, the period that is left, and perhaps ``token`` of the next page.
"""

from datetime import timedelta

from odoo.addons.acorn_base.channel import UTC, Document, Page, Refused, instant

from ..spapi import listings
from .order import body_of

SECOND = timedelta(seconds=1)
# Changes before that are in the report of all listings, which comes daily.
OLDEST = timedelta(days=2)
RESTARTS = 3  # at one second; then it is not the token that Amazon refuses


def next_page(gateway, seller, stream, site, cursor, now):
    """Return the next page of changed listings of a site."""
    period = _period(stream, cursor, now)
    if not period:
        return Page(cursor=cursor)
    since, upto = period
    token = cursor.get("token", "")
    try:
        body = listings.search(gateway, seller, _query(site, since, upto), token)
    except Refused as refusal:
        return _start_again(cursor, refusal)
    found = [_document(item, site, since) for item in body["items"]]
    following = (body.get("pagination") or {}).get("nextToken") or ""
    rest = _rest(found, since, following, body.get("numberOfResults"))
    if not rest:
        behind = now - stream.lag - upto >= stream.at_least
        return Page(tuple(found), {"until": upto.isoformat()}, more=behind)
    start, token = rest
    left = {
        "until": cursor["until"],
        "since": start.isoformat(),
        "upto": upto.isoformat(),
    }
    if token:
        left |= {"token": token, "restarts": cursor.get("restarts", 0)}
    return Page(tuple(found), left, more=True)


def _period(stream, cursor, now):
    if "upto" in cursor:
        return instant(cursor["since"]), instant(cursor["upto"])
    position = max(instant(cursor["until"]), now - OLDEST)
    return stream.next_window(position, now)


def _query(site, since, upto):
    return {
        "marketplaceIds": site,
        "lastUpdatedAfter": _iso(since),
        "lastUpdatedBefore": _iso(upto),
        "sortBy": "lastUpdatedDate",
        "sortOrder": "ASC",
    }


def _rest(found, since, following, count):
    """Return where to go on and with which token; None when this was the last page."""
    if not found or not (following or (count or 0) > listings.MOST_FOUND):
        return None
    last = max(document.version for document in found)
    if last > since:
        return last, ""
    if following:
        return since, following
    # More changed in one second than Amazon shows: the daily report has the others.
    return since + SECOND, ""


def _start_again(cursor, refusal):
    """Do without the page token, should it be that what was refused."""
    restarts = cursor.get("restarts", 0) + 1
    if "token" not in cursor or restarts > RESTARTS:
        raise refusal
    kept = {name: value for name, value in cursor.items() if name != "token"}
    return Page(cursor={**kept, "restarts": restarts}, more=True)


def _document(item, site, since):
    """Wrap a listing; one that tells no time changed when it was asked about."""
    return Document(
        kind="listing_change",
        key=f"{site}/{item.get('sku', '')}",
        version=_changed_at(item, site) or since,
        body=body_of(item),
        site=site,
    )


def _changed_at(item, site):
    """Return when a listing was changed on a site, None where it is not told."""
    try:
        return next(
            instant(summary["lastUpdatedDate"])
            for summary in item.get("summaries") or ()
            if summary["marketplaceId"] == site
        )
    except (LookupError, StopIteration, TypeError, ValueError):
        return None  # parsing it, later, tells what is wrong with it


def _iso(time):
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
