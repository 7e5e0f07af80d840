"""Finances API 2024-06-19: the transactions of an account."""

from datetime import timedelta

from ..accounts import BY_ID, MARKETPLACES
from ..answers import Answer, invalid
from ..calls import Operation
from ..clock import iso, parse
from ..world.bookings import transfer_of
from ..world.money_events import DEFERRED, DEFERRED_RELEASED, MFN, RELEASED
from .parameters import moment, refuse_unknown, text
from .tokens import fingerprint, seal, unseal
from .transaction_view import view

MODEL = "finances_2024-06-19"
LONGEST = timedelta(days=180)
SETTLED = timedelta(minutes=2)
STATUSES = (DEFERRED, RELEASED, DEFERRED_RELEASED)
GROUP_ID, ORDER_ID = "FINANCIAL_EVENT_GROUP_ID", "ORDER_ID"
PARAMETERS = (
    "postedAfter",
    "postedBefore",
    "marketplaceId",
    "transactionStatus",
    "relatedIdentifierName",
    "relatedIdentifierValue",
    "nextToken",
)


def list_transactions(call):
    refuse_unknown(call, *PARAMETERS)
    token = _token(call)
    since, until = _period(call, token)
    shown = _shown(call, since, until)
    start, size = token.get("start", 0), call.world.options.transaction_page
    if call.world.options.empty_pages and not token.get("empty"):
        return _answer(call, [], start, until, empty=True)
    page = shown[start : start + size]
    following = start + size if start + size < len(shown) else None
    return _answer(call, page, following, until)


def _shown(call, since, until):
    """[(event, its settlement or None)] of what was asked for."""
    if since and until - since > LONGEST:
        return []
    books, account = call.world.finance, call.account.key
    settled = {
        ref: settlement
        for settlement in books.settlements(account, call.time)
        for ref in (*(each.ref for each in settlement.events), transfer_of(settlement))
    }
    late = timedelta(hours=call.world.options.transactions_late)
    wanted = _filter(call, books)
    return [
        (event, settled.get(event.ref))
        for event in books.events(account, call.time)
        if (since is None or event.posted >= since)
        and event.posted < min(until, call.time - late)
        and wanted(event)
    ]


def _period(call, token):
    """(since or None, until): all pages end where the first one did."""
    since, until = moment(call, "postedAfter"), moment(call, "postedBefore")
    latest = call.time - SETTLED
    if since is None and not text(call, "relatedIdentifierName"):
        raise invalid("Start date cannot be null", "Start date cannot be null")
    if since and since > latest:
        raise invalid("Invalid Input", "postedAfter: two minutes before now at least")
    if until and (until > latest or (since and until <= since)):
        raise invalid("Invalid Input", "postedBefore: between postedAfter and now")
    if token:
        until = parse(token["until"])
    return since, until or latest


def _filter(call, books):
    status = text(call, "transactionStatus", STATUSES)
    marketplace = text(call, "marketplaceId")
    if marketplace and marketplace not in BY_ID:
        raise invalid("Invalid Input", f"marketplaceId: {marketplace} is unknown")
    name = text(call, "relatedIdentifierName", (GROUP_ID, ORDER_ID))
    value = text(call, "relatedIdentifierValue")
    if bool(name) != bool(value):
        raise invalid("Invalid Input", "relatedIdentifierName and -Value go together")

    def wanted(event):
        if status and event.status != status:
            return False
        if marketplace and not _is_of(event, marketplace):
            return False
        if name == ORDER_ID:
            return event.order == value
        if name == GROUP_ID:
            return event.status == RELEASED and value == _group(books, event)
        return True

    return wanted


def _is_of(event, marketplace):
    """What sellers of the United States ship themselves is told of no marketplace."""
    is_hidden = event.site == "US" and event.fulfilment == MFN
    return MARKETPLACES[event.site].id == marketplace and not is_hidden


def _group(books, event):
    return books.group(event.account, event.currency, event.posted)


def _token(call):
    sealed = text(call, "nextToken")
    if not sealed:
        return {}
    token = unseal(sealed, "nextToken")
    if token.get("asked") != fingerprint(call, {"nextToken"}):
        raise invalid("Invalid Input", "nextToken belongs to other arguments")
    return token


def _answer(call, page, following, until, empty=False):
    books = call.world.finance
    transactions = [
        view(
            event,
            settlement,
            settlement.group if settlement else _group(books, event),
            call.account.seller_id,
        )
        for event, settlement in page
    ]
    payload = {"transactions": transactions}
    if following is not None:
        token = {"start": following, "until": iso(until), "empty": empty}
        asked = fingerprint(call, {"nextToken"})
        payload["nextToken"] = seal(token | {"asked": asked})
    return Answer(200, {"payload": payload})


OPERATIONS = [
    Operation(
        "listTransactions",
        "GET",
        "/finances/2024-06-19/transactions",
        list_transactions,
        MODEL,
    )
]
