"""How quantities are told to Amazon, and how one asks what became of them.

A receipt's reference is Amazon's: the submission's number for one quantity, the feed's
for many. After a lost answer there is none; then it is ``since …``, the time at which
the feed was asked for, and ``?…`` once a feed was found that must be it.
"""

from datetime import timedelta

from odoo.addons.acorn_base.channel import Refused, RetryLater, instant
from odoo.addons.acorn_base.records import Receipt

from ..build import stock
from ..spapi import feeds, listings

LOOK = ("summaries", "fulfillmentAvailability")
ASK = ("fulfillmentAvailability", "issues")
SINCE, FOUND = "since ", "?"
CLOCKS = timedelta(minutes=2)  # ours is not Amazon's
LONG_AGO = timedelta(days=1)


def tell_one(gateway, seller, level):
    """Tell one quantity, after a look at the listing.

    The look costs a call of another budget than the patch. It tells Amazon's product
    type and the sites that have the listing, and whether it has become Amazon's to
    ship since we last heard of it: a quantity must never be sent for that.
    """
    try:
        item = listings.get(gateway, seller, level.sku, level.sites, LOOK)
        if stock.is_amazons(item):
            return stock.refused(level, stock.amazons_own(level))
        body = stock.patch_body(level, stock.product_type_of(item))
        sites = stock.listed_on(item, level.sites)
        answer = listings.patch(gateway, seller, level.sku, sites, body)
    except Refused as refusal:
        return stock.refused(level, str(refusal), refusal.reference)
    return stock.submission_receipt(level, answer)


def ask_one(gateway, seller, level, reference):
    """Look whether Amazon shows what it was told."""
    try:
        item = listings.get(gateway, seller, level.sku, level.sites, ASK)
    except Refused as refusal:
        return stock.refused(level, str(refusal), refusal.reference)
    return stock.shown_receipt(level, item, reference)


def tell_many(gateway, seller, levels, now):
    """Tell many quantities in one feed."""
    sites = stock.sites_of(levels)
    body = stock.feed_body(levels, seller)
    document = feeds.upload(gateway, body, stock.CONTENT_TYPE)
    try:
        feed = feeds.create(gateway, stock.FEED, document, sites)
    except RetryLater as error:
        if error.unknown_outcome:
            error.receipt = f"{SINCE}{now.isoformat()}"
        raise
    return Receipt("waiting", feed)


def ask_many(gateway, levels, reference, now):
    """Ask how far a feed is; when Amazon has read it, what became of each SKU."""
    feed, is_ours = _feed(gateway, levels, reference, now)
    if not feed:
        return Receipt("unknown")
    number = feed["feedId"] if is_ours else f"{FOUND}{feed['feedId']}"
    status, document = feed["processingStatus"], feed.get("resultFeedDocumentId")
    said = feeds.text(gateway, document) if document else ""
    if status in ("FATAL", "CANCELLED"):
        words = f"Amazon's feed {feed['feedId']} is {status}. {said[:500]}"
        return Receipt("refused", number, words.strip())
    if status != "DONE" or not said:
        return Receipt("waiting", number)
    if not is_ours and stock.messages_in(said) != len(levels):
        return Receipt("unknown")
    return stock.feed_receipt(levels, feed, said)


def _feed(gateway, levels, reference, now):
    """Return a feed, None when Amazon has none, and whether it is surely the one."""
    if reference and not reference.startswith((SINCE, FOUND)):
        return _known(gateway, reference), True
    if reference.startswith(FOUND):
        return _known(gateway, reference.removeprefix(FOUND)), False
    return _lost(gateway, levels, reference.removeprefix(SINCE), now), False


def _known(gateway, feed_id):
    try:
        return feeds.get(gateway, feed_id)
    except Refused as refusal:
        if refusal.code != "not_found":
            raise
        return None


def _lost(gateway, levels, since, now):
    """Return the feed whose number we were not told: the first one since it was asked
    for; if the time is not known either, the last one of a day."""
    earliest = instant(since) - CLOCKS if since else now - LONG_AGO
    sites = set(stock.sites_of(levels))
    found = [
        feed
        for feed in feeds.since(gateway, stock.FEED, earliest)
        if set(feed.get("marketplaceIds") or ()) == sites
    ]
    pick = min if since else max
    return pick(found, key=lambda feed: feed["createdTime"], default=None)
