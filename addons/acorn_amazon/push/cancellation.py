"""How a cancellation is told to Amazon, and how one asks what became of it.

A receipt's reference is the feed's number, after ``read`` once Amazon has read the feed
and objected to nothing: it is done when the order itself is cancelled. When Amazon's
answer was lost there is none: then the order is looked at, and told once more if it is
still open, which changes nothing if the first feed comes through after all.
"""

from odoo.addons.acorn_base.channel import Refused
from odoo.addons.acorn_base.records import CANCELLED, Receipt

from ..build import cancellation
from ..parse.order import parse_order
from ..pull import order
from ..spapi import feeds, orders

ENDED_BADLY = ("FATAL", "CANCELLED")
READ = "read "


def tell(gateway, seller, record):
    """Hand the feed in; Amazon reads it within minutes."""
    body = cancellation.acknowledgement(seller, record)
    document = feeds.upload(gateway, body, cancellation.CONTENT_TYPE)
    feed = feeds.create(gateway, cancellation.FEED, document, [record.site])
    return Receipt("waiting", feed)


def ask(gateway, record, reference):
    """Ask how far the feed is and, unless all went well, how the order is."""
    if reference and not reference.startswith(READ):
        return _ask_feed(gateway, record, reference)
    if _is_cancelled(gateway, record):
        return Receipt("done", reference)
    return Receipt("waiting" if reference else "unknown", reference)


def _ask_feed(gateway, record, reference):
    feed = feeds.get(gateway, reference)
    status, document = feed["processingStatus"], feed.get("resultFeedDocumentId")
    if status != "DONE" and status not in ENDED_BADLY:
        return Receipt("waiting", reference)
    words = cancellation.complaints(feeds.text(gateway, document)) if document else ""
    if status in ENDED_BADLY:
        words = f"Amazon's feed {reference} is {status}. {words}".strip()
    if _is_cancelled(gateway, record):
        return Receipt("done", reference)
    if words:
        raise Refused(words, code="cancellation_refused", reference=reference)
    return Receipt("waiting", f"{READ}{reference}")


def _is_cancelled(gateway, record):
    found = orders.get(gateway, record.order_ref)
    return parse_order(order.body_of(found)).status == CANCELLED
