"""Payouts: see ``listed``. How far one is changes for days; a bank may send it back."""

from datetime import timedelta

from ..spapi import transfers
from . import listed

LISTING = listed.Listing(
    kind="payout",
    read=transfers.payouts,
    key=lambda payout: payout["id"],
    # A payout is one currency's, which may be several sites'.
    site=lambda payout: "",
    names=("createdAfter", "createdBefore"),
    again=timedelta(days=45),
    longest=timedelta(days=365),
)


def next_page(gateway, cursor, now):
    return listed.next_page(gateway, LISTING, cursor, now)
