"""Payouts of the Transfers API 2024-06-01."""

from decimal import Decimal

from odoo.addons.acorn_base.finance_records import (
    PAYOUT_FAILED,
    PAYOUT_NONE,
    PAYOUT_PAID,
    PAYOUT_SENT,
    PAYOUT_STARTED,
    Payout,
)
from odoo.addons.acorn_base.records import Money

from ..marketplaces import BY_REF
from .numbers import number
from .part import Part

STATUSES = {
    "STARTED": PAYOUT_STARTED,
    "IN_TRANSIT": PAYOUT_SENT,
    "PAID": PAYOUT_PAID,
    "FAILED": PAYOUT_FAILED,
    "CANCELLED": PAYOUT_FAILED,
    "NO_PAYOUT": PAYOUT_NONE,
}


def parse_payout(document):
    """Return the ``Payout`` of a document."""
    body = Part.of(document.body)
    settlements = [
        each["relatedIdentifierValue"].text()
        for each in body.get("relatedIdentifiers")
        if each.get("relatedIdentifierName").text() == "SETTLEMENT_ID"
    ]
    return Payout(
        ref=body["id"].text(),
        status=body["currentStatus"].word(STATUSES),
        amount=_amount(body),
        created_at=_created(body),
        account_tail=body.get("accountTail").text(),
        trace_ref=body.get("traceId").text(),
        settlement_refs=tuple(settlements),
    )


def _amount(body):
    """Return what is paid; where none is told, nothing of the site's currency."""
    told = body.get("amount")
    if told:
        return Money(number(told["currencyAmount"]), told["currencyCode"].text())
    known = BY_REF.get(body["partnerMetadata"]["marketplaceId"].text())
    if known is None:
        raise told.unreadable()
    return Money(Decimal(0), known.currency)


def _created(body):
    moments = [each["lastUpdatedDate"].time() for each in body.get("statusHistory")]
    return body.get("creationDate").time() or (
        min(moments) if moments else body["creationDate"].time()
    )
