"""What Amazon lists page by page and changes afterwards: its last weeks are read again
every time.

Between two rounds the cursor is ``{"until": …}``. Within one it also has ``query``,
what is asked for, the same for all pages, ``upto``, the end of what it covers, and
``token`` of the next page. A page may be empty and still not be the last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo.addons.acorn_base.channel import (
    UTC,
    Document,
    Page,
    Refused,
    RetryLater,
    instant,
)

from .exact import body_of

LAG = timedelta(minutes=3)  # Amazon takes no time that is nearer to now


@dataclass(frozen=True)
class Listing:
    """What is listed, and how it is asked for."""

    kind: str
    read: Callable  # (gateway, query, token) → entries, token of the next page
    key: Callable  # entry → what it is known by
    site: Callable  # entry → reference of its site
    names: tuple[str, str]  # of the parameters for the period
    again: timedelta  # so much of the past is read again
    longest: timedelta  # period that is asked for


def next_page(gateway, listing, cursor, now):
    """Return the next page of what was posted up to now."""
    query, upto = cursor.get("query"), cursor.get("upto")
    if not query:
        since, until = _period(listing, instant(cursor["until"]), now)
        after, before = listing.names
        query = {after: iso(since)}
        if until < now - LAG:
            query[before] = iso(until)
        # Else up to Amazon's now, which need not be ours: it takes no time to come.
        upto = until.isoformat()
    token = cursor.get("token", "")
    try:
        entries, following = listing.read(gateway, query, token)
    except Refused:
        if not token or cursor.get("again"):
            raise
        # The token has expired: once, the round begins anew.
        return Page(cursor={"until": cursor["until"], "again": True}, more=True)
    if following and following == token:
        raise RetryLater(f"{listing.kind}: the same page again", code="bad_answer")
    documents = tuple(_document(listing, entry, now) for entry in entries)
    if following:
        kept = {name: cursor[name] for name in ("until", "again") if name in cursor}
        under_way = {"query": query, "upto": upto, "token": following}
        return Page(documents, {**kept, **under_way}, more=True)
    more = now - instant(upto) > LAG + timedelta(minutes=5)
    return Page(documents, {"until": upto}, more=more)


def _period(listing, position, now):
    latest = now - LAG
    since = min(position, latest) - listing.again
    return since, min(since + listing.longest, latest)


def _document(listing, entry, now):
    """One that is told again as it was is stored no second time; one that has changed
    has changed by now, whatever time it names."""
    return Document(
        kind=listing.kind,
        key=listing.key(entry),
        version=now,
        body=body_of(entry),
        site=listing.site(entry),
    )


def iso(moment: datetime):
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
