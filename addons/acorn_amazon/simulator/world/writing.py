"""The order as Amazon writes it, made from what a buyer wants."""

from datetime import timedelta

from ..accounts import NON_AMAZON
from ..clock import iso
from . import numbering, people, taxes
from .money import money, ratio
from .proceeds import item_proceeds, order_proceeds
from .purchase import AMAZON, MERCHANT, Line

IOSS_NUMBER = "IM1234567890"
DAYS = {"STANDARD": (3, 6), "EXPEDITED": (2, 3), "SECOND_DAY": (2, 2)}


def write(purchase):
    """Amazon's document for the order that follows from a purchase."""
    tax = taxes.chosen(purchase.tax, purchase.address or {})
    items = [_item(purchase, *place, tax) for place in enumerate(purchase.lines, 1)]
    raw = {
        "orderId": purchase.order_id or _new_id(purchase),
        "orderAliases": _aliases(purchase),
        "createdTime": iso(purchase.created),
        "lastUpdatedTime": iso(purchase.created),
        "programs": purchase.programs,
        "associatedOrders": _associated(purchase),
        "salesChannel": _sales_channel(purchase),
        "buyer": _buyer(purchase),
        "recipient": _recipient(purchase),
        "proceeds": _proceeds(purchase, items),
        "payment": {},
        "tax": _tax(purchase),
        "fulfillment": _fulfillment(purchase),
        "orderItems": items,
    }
    raw["payment"] = _payment(purchase, raw["proceeds"])
    return {key: value for key, value in raw.items() if value}


def _new_id(purchase):
    prefix = purchase.site.prefixes[purchase.count % len(purchase.site.prefixes)]
    prefix = prefix if purchase.on_amazon else "S01"
    return numbering.order_id(prefix, purchase.account.number, purchase.count)


def _aliases(purchase):
    alias = {"aliasId": purchase.seller_ref, "aliasType": "SELLER_ORDER_ID"}
    return [alias] if purchase.seller_ref else []


def _associated(purchase):
    if not purchase.replaces:
        return []
    kind = "REPLACEMENT_ORIGINAL_ID"
    return [{"orderId": purchase.replaces, "associationType": kind}]


def _sales_channel(purchase):
    channel, site_id, name = "AMAZON", purchase.site.id, purchase.site.name
    if not purchase.on_amazon:
        site_id, name, _domain, _site = NON_AMAZON[purchase.account.region]
        channel = "NON_AMAZON"
    return {
        "channelName": channel,
        "marketplaceId": site_id,
        "marketplaceName": name,
    }


def _buyer(purchase):
    if purchase.by_amazon:
        return {}
    buyer = {"buyerName": purchase.buyer, "buyerEmail": purchase.email}
    if purchase.business:
        company, _number = people.COUNTRIES[purchase.site.code].company
        buyer |= {"buyerCompanyName": company}
    if purchase.purchase_order:
        buyer["buyerPurchaseOrderNumber"] = purchase.purchase_order
    return {key: value for key, value in buyer.items() if value}


def _recipient(purchase):
    if not purchase.address or purchase.hides_recipient:
        return {}
    if purchase.by_amazon:
        return {"deliveryAddress": people.coarse(purchase.address)}
    recipient = {"deliveryAddress": purchase.address}
    if purchase.note:
        recipient["deliveryPreference"] = {"dropOffLocation": purchase.note}
    return recipient


def _tax(purchase):
    if not purchase.business:
        return {}
    company, number = people.COUNTRIES[purchase.site.code].company
    kind = "VAT" if purchase.site.region == "eu" else "BUSINESS"
    registration = {
        "entityType": "BUYER",
        "legalName": company,
        "taxRegistrationType": kind,
        "taxRegistrationNumber": number,
    }
    return {"taxRegistrations": [registration]}


def _payment(purchase, proceeds):
    if not purchase.payment or not proceeds:
        return {}
    execution = {
        "paymentMethod": purchase.payment,
        "paymentAmount": proceeds["grandTotal"],
    }
    return {"paymentExecutions": [execution]}


def _fulfillment(purchase):
    day = purchase.created.replace(hour=0, minute=0, second=0, microsecond=0)
    first, last = DAYS.get(purchase.service, DAYS["STANDARD"])
    fulfillment = {
        "fulfillmentStatus": purchase.status,
        "fulfilledBy": AMAZON if purchase.by_amazon else MERCHANT,
        "fulfillmentServiceLevel": purchase.service,
        "shipByWindow": _window(day, 0 if purchase.by_amazon else 1, 2),
    }
    if not purchase.by_amazon:
        fulfillment["deliverByWindow"] = _window(day, first, last)
    return fulfillment


def _item(purchase, place, line, tax):
    currency = purchase.site.currency
    proceeds = item_proceeds(
        _charged(purchase, line), tax, currency, purchase.discount_sign
    )
    item = {
        "orderItemId": numbering.item_id(
            purchase.account.number, purchase.count, place
        ),
        "quantityOrdered": line.quantity,
        "programs": list(line.programs),
        "product": _product(purchase, line, tax),
        "proceeds": proceeds if purchase.on_amazon else {},
        "expense": _points(line, currency),
        "promotion": _promotion(line),
        "cancellation": _cancellation(line),
        "fulfillment": _quantities(line, purchase.status) | _handling(line, tax),
        "tax": _responsibility(tax, proceeds) if purchase.on_amazon else {},
    }
    return {key: value for key, value in item.items() if value}


def _charged(purchase, line):
    return Line(line.product, line.quantity) if purchase.replaces else line


def _product(purchase, line, tax):
    product, currency = line.product, purchase.site.currency
    shown = {
        "asin": product["asin"],
        "title": product["titles"].get(purchase.site.language[:2], product["sku"]),
        "sellerSku": product["sku"],
        "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
    }
    if purchase.on_amazon:
        net, _tax = tax.split(_charged(purchase, line).price)
        unit = money(ratio(net, 1, line.quantity), currency)
        shown["price"] = {"unitPrice": unit}
        if purchase.business:
            shown["price"]["priceDesignation"] = "BUSINESS_PRICE"
    return shown


def _proceeds(purchase, items):
    if not purchase.on_amazon:
        return {}
    return order_proceeds(
        items, purchase.site.currency, purchase.tip, purchase.with_breakdowns
    )


def _window(day, first, last):
    return {
        "earliestDateTime": iso(day + timedelta(days=first)),
        "latestDateTime": iso(day + timedelta(days=last + 1, milliseconds=-1)),
    }


def _points(line, currency):
    if not line.points:
        return {}
    worth = {
        "pointsNumber": line.points,
        "pointsMonetaryValue": money(line.points, currency),
    }
    return {"pointsCost": {"pointsGranted": worth}}


def _promotion(line):
    kinds = {"PLM": line.discount, "SHIP": line.shipping_discount}
    promotions = [
        {"promotionId": f"{kind}-{line.product['asin']}-{amount}"}
        for kind, amount in kinds.items()
        if amount
    ]
    return {"breakdowns": promotions} if promotions else {}


def _cancellation(line):
    if not line.cancel_reason:
        return {}
    request = {"requester": "BUYER", "cancelReason": line.cancel_reason}
    return {"cancellationRequest": request}


def _quantities(line, status):
    shipped = line.quantity if status == "SHIPPED" else 0
    is_open = status not in ("SHIPPED", "CANCELLED")
    return {
        "quantityFulfilled": shipped,
        "quantityUnfulfilled": line.quantity if is_open else 0,
    }


def _handling(line, tax):
    handling = {}
    if line.gift_wrap or line.gift_message:
        gift = {"giftMessage": line.gift_message, "giftWrapLevel": "STANDARD"}
        handling["packing"] = {"giftOption": {k: v for k, v in gift.items() if v}}
    if tax.scheme == "IOSS":
        handling["shipping"] = {"internationalShipping": {"iossNumber": IOSS_NUMBER}}
    return handling


def _responsibility(tax, proceeds):
    if not any(part["type"] == "TAX" for part in proceeds["breakdowns"]):
        return {}
    shown = {}
    if tax.scheme:
        shown["taxCalculationBreakdowns"] = [{"reportingScheme": tax.scheme}]
    if tax.collector:
        collection = {
            "model": "MARKETPLACE_FACILITATOR",
            "responsibleParty": tax.collector,
        }
        shown["taxCollections"] = [collection]
    return shown
