"""Transfers API 2024-06-01: what went to the seller's bank."""

from datetime import timedelta

from ..accounts import MARKETPLACES
from ..answers import Answer, invalid
from ..calls import Operation
from ..clock import iso
from .parameters import moment, refuse_unknown, text, texts
from .tokens import fingerprint, seal, unseal
from .transaction_view import money

MODEL = "transfers_2024-06-01"
ACCOUNT_TYPE = "STANDARD_ORDERS"
PAGE_SIZE = 50
SENT_AFTER = timedelta(hours=6)
RAILS = {"USD": "ACH", "EUR": "SEPA", "GBP": "BACS"}


def list_payouts(call):
    refuse_unknown(
        call,
        "marketplaceIds",
        "createdAfter",
        "createdBefore",
        "payoutId",
        "accountType",
        "nextToken",
    )
    payouts = _wanted(call)
    start = _start(call)
    body = {"payouts": payouts[start : start + PAGE_SIZE]}
    if start + PAGE_SIZE < len(payouts):
        token = {"start": start + PAGE_SIZE, "asked": fingerprint(call, {"nextToken"})}
        body["nextToken"] = seal(token)
    return Answer(200, body)


def _wanted(call):
    """Those that were asked for: by account, the most recent first."""
    after, before = moment(call, "createdAfter"), moment(call, "createdBefore")
    sites, number = texts(call, "marketplaceIds"), text(call, "payoutId")
    if text(call, "accountType") not in ("", ACCOUNT_TYPE):
        return []
    settlements = call.world.finance.settlements(call.account.key, call.time)
    shown = [
        _payout(call, each)
        for each in sorted(settlements, key=lambda each: each.until, reverse=True)
        if (after is None or each.until >= after)
        and (before is None or each.until < before)
    ]
    return sorted(
        (
            payout
            for payout in shown
            if (not sites or payout["partnerMetadata"]["marketplaceId"] in sites)
            and number in ("", payout["id"])
        ),
        key=lambda payout: payout["partnerMetadata"]["marketplaceId"],
    )


def _start(call):
    sealed = text(call, "nextToken")
    if not sealed:
        return 0
    token = unseal(sealed, "nextToken")
    if token.get("asked") != fingerprint(call, {"nextToken"}):
        raise invalid("Invalid Input", "nextToken belongs to other arguments")
    return token["start"]


def _payout(call, settlement):
    history = _history(settlement, call.time)
    shown = {
        "id": f"P{settlement.ref}",
        "partnerMetadata": {
            "partnerId": call.account.seller_id,
            "accountType": ACCOUNT_TYPE,
            "marketplaceId": _site(call.account, settlement).id,
        },
        "currentStatus": history[-1]["status"],
        "statusHistory": history,
        "creationDate": iso(settlement.until),
        "period": {
            "startDate": iso(settlement.since),
            "endDate": iso(settlement.until),
        },
        "relatedIdentifiers": [
            {
                "relatedIdentifierName": "SETTLEMENT_ID",
                "relatedIdentifierValue": settlement.ref,
            }
        ],
    }
    if settlement.total:
        shown |= {
            "type": "SCHEDULED",
            "amount": money(settlement.total, settlement.currency),
            "accountTail": f"{call.account.number:02}42",
            "paymentMethod": "BANK_ACCOUNT",
            "paymentRail": RAILS.get(settlement.currency, "SWIFT"),
            "traceId": settlement.trace,
        }
    return shown


def _history(settlement, now):
    if not settlement.total:
        steps = {"NO_PAYOUT": settlement.until}
    else:
        steps = {
            "STARTED": settlement.until,
            "IN_TRANSIT": settlement.until + SENT_AFTER,
            "PAID": settlement.deposited,
        }
    return [
        {"status": status, "lastUpdatedDate": iso(when)}
        for status, when in steps.items()
        if when <= now
    ]


def _site(account, settlement):
    return next(
        MARKETPLACES[code]
        for code in account.sites
        if MARKETPLACES[code].currency == settlement.currency
    )


OPERATIONS = [
    Operation(
        "listPayouts",
        "GET",
        "/finances/transfers/2024-06-01/payouts",
        list_payouts,
        MODEL,
    )
]
