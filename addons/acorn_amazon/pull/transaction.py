"""Transactions: see ``listed``.

Amazon changes a transaction for weeks (what was deferred is released, what was open is
settled) and tells it late. No marketplace is asked for: Amazon would leave out what
sellers ship themselves in the United States.
"""

from datetime import timedelta
from hashlib import sha256

from ..spapi import finances
from . import listed
from .exact import body_of


def _key(transaction):
    number = transaction.get("transactionId")
    return number or f"?{sha256(body_of(transaction)).hexdigest()[:24]}"


def _site(transaction):
    told = transaction.get("marketplaceDetails") or {}
    return told.get("marketplaceId") or ""


LISTING = listed.Listing(
    kind="transaction",
    read=finances.transactions,
    key=_key,
    site=_site,
    names=("postedAfter", "postedBefore"),
    again=timedelta(days=45),
    # Amazon answers with nothing at all to more than 180 days.
    longest=timedelta(days=179),
)


def next_page(gateway, cursor, now):
    return listed.next_page(gateway, LISTING, cursor, now)
