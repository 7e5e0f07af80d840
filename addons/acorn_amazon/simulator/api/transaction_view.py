"""A transaction as the Finances API writes it.

Its items have a tree of their own; the transaction's tells the same money again, less
finely.
"""

from decimal import Decimal

from ..accounts import MARKETPLACES
from ..clock import iso
from ..world.money_events import RELEASED

ACCOUNT_TYPE = "Standard Orders"
EXPENSES = {"AmazonFees", "ProductAdsPayment", "TaxWithheld"}
GROUPS = {"Refund": ("Refund Sales", "RefundExpenses")}
FREE = {"Transfer", "FBAInventoryReimbursement"}  # what is in neither group


def view(event, settlement, group, seller_id):
    """:param settlement: that it is in, once that is closed"""
    site = MARKETPLACES[event.site]
    shown = {
        "sellingPartnerMetadata": {
            "sellingPartnerId": seller_id,
            "accountType": ACCOUNT_TYPE,
            "marketplaceId": site.id,
        },
        "relatedIdentifiers": _identifiers(event, settlement, group),
        "transactionType": event.type,
        "transactionId": event.ref,
        "transactionStatus": event.status,
        "description": event.description,
        "postedDate": iso(event.posted),
        "totalAmount": money(event.total, event.currency),
        "marketplaceDetails": {"marketplaceId": site.id, "marketplaceName": site.name},
        "items": [_item(each, event) for each in event.items if each.sku],
        "breakdowns": _summary(event),
    }
    if contexts := _contexts(event):
        shown["contexts"] = contexts
    return shown


def _identifiers(event, settlement, group):
    told = {
        "ORDER_ID": event.order,
        "SHIPMENT_ID": event.shipment,
        "REFUND_ID": event.adjustment,
        "FINANCIAL_EVENT_GROUP_ID": group if event.status == RELEASED else "",
        "SETTLEMENT_ID": settlement.ref if settlement else "",
        "DEFERRED_TRANSACTION_ID": event.deferred_ref,
        "RELEASE_TRANSACTION_ID": event.release_ref,
        "DISBURSEMENT_ID": event.payment,
    }
    return [
        {"relatedIdentifierName": name, "relatedIdentifierValue": value}
        for name, value in told.items()
        if value
    ]


def _contexts(event):
    if event.deferral and not event.deferred_ref:
        deferred = {
            "contextType": "DeferredContext",
            "deferralReason": event.deferral,
            "maturityDate": iso(event.matures),
        }
        return [deferred]
    if event.payment:
        payment = {
            "contextType": "PaymentsContext",
            "paymentType": "Disbursement",
            "paymentMethod": "BANK",
            "paymentReference": event.payment,
            "paymentDate": iso(event.posted),
        }
        return [payment]
    return []


def _item(item, event):
    product = {
        "contextType": "ProductContext",
        "asin": item.asin,
        "sku": item.sku,
        "quantityShipped": item.quantity,
        "fulfillmentNetwork": event.fulfilment,
    }
    shown = {
        "description": item.title,
        "totalAmount": money(item.total, event.currency),
        "breakdowns": _tree(item.amounts, event.currency),
        "contexts": [{name: value for name, value in product.items() if value}],
    }
    if item.adjustment:
        shown["relatedIdentifiers"] = [
            {
                "itemRelatedIdentifierName": "ORDER_ADJUSTMENT_ITEM_ID",
                "itemRelatedIdentifierValue": item.adjustment,
            }
        ]
    return shown


def _summary(event):
    """The transaction's own tree; of sales only its two upper floors."""
    amounts = [amount for item in event.items for amount in item.amounts]
    income, expenses = GROUPS.get(event.type, ("Sales", "Expenses"))
    groups = {}
    for amount in amounts:
        root = amount.told_as[0]
        group = () if root in FREE else (expenses if root in EXPENSES else income,)
        path = amount.told_as[:1] if event.order else amount.told_as
        groups.setdefault((*group, *path), []).append(amount.amount)
    sums = {path: sum(values, Decimal(0)) for path, values in groups.items()}
    return _branches(sums, event.currency)


def _tree(amounts, currency):
    sums = {}
    for each in amounts:
        sums[each.told_as] = sums.get(each.told_as, Decimal(0)) + each.amount
    return _branches(sums, currency)


def _branches(sums, currency):
    """[breakdown] of {path: amount}; a parent is the sum of its children."""
    shown, below = [], {}
    for (root, *rest), amount in sums.items():
        below.setdefault(root, {})[tuple(rest)] = amount
    for root, children in below.items():
        total = sum(children.values(), Decimal(0))
        branch = {"breakdownType": root, "breakdownAmount": money(total, currency)}
        deeper = {path: amount for path, amount in children.items() if path}
        branch["breakdowns"] = _branches(deeper, currency)
        shown.append(branch)
    return shown


def money(amount, currency):
    number = int(amount) if amount == int(amount) else float(amount)
    return {"currencyAmount": number, "currencyCode": currency}
