"""What Amazon keeps of the account's goods, one network after the other.

Between two rounds the cursor is ``{"until": …}``, besides ``known``, the networks for
which Amazon has told anything yet. Within a round it holds ``left``, the networks still
to ask, the first of which is being read; and between two parts of it ``since`` (when
reading it began), ``part`` (how many were stored) and ``token`` of the next page.

A token lives 30 seconds, so pages are read one after the other as long as a lane can
wait. What is left then comes with the next pull, if that is quick enough; if it is not,
the network is read from its beginning.
"""

import json
import time

from odoo.addons.acorn_base.channel import Document, Page, Refused, RetryLater

from ..marketplaces import TABLE
from ..spapi import inventory

PATIENCE = 20  # seconds of one pull


def next_step(gateway, sites, cursor, now, *, clock=time.monotonic, sleep=time.sleep):
    """Return the next part of what a network holds."""
    asked = asked_sites(sites)
    left = [each for each in cursor.get("left", asked) if each in asked]
    known = cursor.get("known", [])
    if not left:
        return Page(cursor={"until": now.isoformat(), "known": known})
    network, token = left[0], cursor.get("token", "")
    try:
        rows, token = _read(gateway, asked[network], token, clock, sleep)
    except Refused:
        if token:  # it has expired
            return Page(cursor=_round(cursor, left, known), more=True)
        if network in known:
            raise
        # What Amazon says to accounts that have never sent it goods.
        return _following(cursor, left[1:], known, now)
    document = _document(cursor, network, asked[network], rows, not token, now)
    known = sorted({*known, network} if rows else known)
    if not token:
        return _following(cursor, left[1:], known, now, document)
    under_way = {
        "token": token,
        "part": cursor.get("part", 0) + 1,
        "since": cursor.get("since", now.isoformat()),
    }
    return Page((document,), {**_round(cursor, left, known), **under_way}, more=True)


def asked_sites(sites):
    """Return the site that is asked for each network: the first in our table.

    Quantities are those of the whole network, whichever of its sites is asked.
    """
    found = {}
    for marketplace in TABLE:
        if marketplace.ref in sites:
            found.setdefault(marketplace.network, marketplace.ref)
    return found


def _read(gateway, site, token, clock, sleep):
    """Return rows, and the token of those that are left or ''."""
    end, rows = clock() + PATIENCE, []
    while True:
        try:
            page, token = inventory.summaries(gateway, site, token)
        except RetryLater as delay:
            if not rows:
                raise
            if delay.code != "throttled" or clock() + delay.seconds > end:
                return rows, token
            sleep(delay.seconds)
            continue
        rows += page
        if not token or clock() > end:
            return rows, token


def _document(cursor, network, site, rows, is_last, now):
    body = {
        "network": network,
        "since": cursor.get("since", now.isoformat()),
        "last": is_last,
        "taken_at": now.isoformat(),  # two that are equal are two all the same
        "inventorySummaries": rows,
    }
    return Document(
        kind="fba_stock",
        key=f"{network}/{cursor.get('part', 0) + 1}",
        version=now,
        body=json.dumps(body, default=str).encode(),
        site=site,
    )


def _following(cursor, left, known, now, *documents):
    if left:
        return Page(documents, _round(cursor, left, known), more=True)
    return Page(documents, {"until": now.isoformat(), "known": known})


def _round(cursor, left, known):
    return {"until": cursor["until"], "left": left, "known": known}
