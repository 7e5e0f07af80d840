"""Amazon's order, Orders API 2026-01-01, as Acorn's."""

from odoo.addons.acorn_base.channel import Refused
from odoo.addons.acorn_base.records import (
    CANCELLED,
    PARTIALLY_SHIPPED,
    PENDING,
    PENDING_AVAILABILITY,
    SHIPPED,
    UNFULFILLABLE,
    UNKNOWN,
    UNSHIPPED,
    Address,
    Buyer,
    Order,
    OrderLine,
    Package,
    TaxRegistration,
)

from .charges import item_charges, order_charges
from .part import Part

STATUSES = {
    "PENDING_AVAILABILITY": PENDING_AVAILABILITY,
    "PENDING": PENDING,
    "UNSHIPPED": UNSHIPPED,
    "PARTIALLY_SHIPPED": PARTIALLY_SHIPPED,
    "SHIPPED": SHIPPED,
    "CANCELLED": CANCELLED,
    "CANCELED": CANCELLED,  # as notifications and the older API spell it
    "UNFULFILLABLE": UNFULFILLABLE,
}
BY_CHANNEL = {"AMAZON": True, "MERCHANT": False}
ON_CHANNEL = {"AMAZON": True, "NON_AMAZON": False}
REPLACES = ("REPLACEMENT_ORIGINAL_ID", "EXCHANGE_ORIGINAL_ID")


def parse_order(body):
    """Return the ``Order`` that Amazon's JSON is."""
    order = Part.of(body)
    # Amazon sends it when asked for FULFILLMENT; without it nothing may be done.
    fulfillment = order["fulfillment"]
    status = fulfillment["fulfillmentStatus"].text()
    on_channel = order["salesChannel"]["channelName"].word(ON_CHANNEL)
    lines = tuple(map(_line, order["orderItems"]))
    return Order(
        ref=order["orderId"].text(),
        site=order["salesChannel"]["marketplaceId"].text() if on_channel else "",
        created_at=order["createdTime"].time(),
        updated_at=order["lastUpdatedTime"].time(),
        status=STATUSES.get(status, UNKNOWN),
        status_text=status,
        by_channel=fulfillment["fulfilledBy"].word(BY_CHANNEL),
        on_channel=on_channel,
        currency=_currency(order),
        total=order.get("proceeds", "grandTotal").amount(),
        lines=lines,
        order_charges=order_charges(order, lines),
        buyer=_buyer(order.get("buyer")),
        recipient=_address(order.get("recipient", "deliveryAddress")),
        delivery_note=_joined(
            order.get("recipient", "deliveryPreference"),
            ("dropOffLocation",),
            ("addressInstruction",),
        ),
        tax_registrations=_tax_registrations(order),
        ship_after=fulfillment.get("shipByWindow", "earliestDateTime").time(),
        ship_by=fulfillment.get("shipByWindow", "latestDateTime").time(),
        deliver_after=fulfillment.get("deliverByWindow", "earliestDateTime").time(),
        deliver_by=fulfillment.get("deliverByWindow", "latestDateTime").time(),
        service_level=fulfillment.get("fulfillmentServiceLevel").text(),
        programs=tuple(program.text() for program in order.get("programs")),
        seller_ref=_seller_ref(order),
        replaces=tuple(
            other["orderId"].text()
            for other in order.get("associatedOrders")
            if other.get("associationType").text() in REPLACES
        ),
        payment_methods=_payment_methods(order),
        packages=tuple(map(_package, order.get("packages"))),
    )


def _line(item):
    product, fulfillment = item["product"], item.get("fulfillment")
    asked = item.get("cancellation", "cancellationRequest")
    cancelled = item.get("cancellation", "cancellationExecution")
    return OrderLine(
        ref=item["orderItemId"].text(),
        sku=product["sellerSku"].text(),
        quantity=item["quantityOrdered"].integer(),
        title=product.get("title").text(),
        listing_ref=product.get("asin").text(),
        quantity_shipped=fulfillment.get("quantityFulfilled").integer() or 0,
        quantity_open=fulfillment.get("quantityUnfulfilled").integer(),
        charges=item_charges(item),
        total=item.get("proceeds", "proceedsTotal").amount(),
        **_tax(item),
        gift_message=fulfillment.get("packing", "giftOption", "giftMessage").text(),
        gift_wrap=fulfillment.get("packing", "giftOption", "giftWrapLevel").text(),
        customization_url=product.get("customization", "customizedUrl").text(),
        serial_numbers=tuple(number.text() for number in product.get("serialNumbers")),
        cancel_requested=bool(asked) and not cancelled,
        cancel_reason=(asked or cancelled).get("cancelReason").text(),
    )


def _tax(item):
    """Return who owes the item's tax: Amazon, if it collects or is deemed to sell."""
    collections = [
        collection
        for collection in item.get("tax", "taxCollections")
        if collection.get("model").text() == "MARKETPLACE_FACILITATOR"
    ]
    schemes = [
        breakdown.get("reportingScheme").text()
        for breakdown in item.get("tax", "taxCalculationBreakdowns")
    ]
    ioss_number = item.get(
        "fulfillment", "shipping", "internationalShipping", "iossNumber"
    ).text()
    parties = [collection.get("responsibleParty").text() for collection in collections]
    return {
        "tax_by_channel": bool(collections or any(schemes) or ioss_number),
        "tax_party": next(filter(None, parties), ""),
        "tax_scheme": next(filter(None, schemes), ""),
        "ioss_number": ioss_number,
    }


def _buyer(buyer):
    return Buyer(
        name=buyer.get("buyerName").text(),
        email=buyer.get("buyerEmail").text(),
        company=buyer.get("buyerCompanyName").text(),
        purchase_order=buyer.get("buyerPurchaseOrderNumber").text(),
    )


def _address(address):
    if not address:
        return None
    lines = (address.get(f"addressLine{number}").text() for number in (1, 2, 3))
    return Address(
        name=address.get("name").text(),
        company=address.get("companyName").text(),
        lines=tuple(filter(None, lines)),
        city=address.get("city").text(),
        district=_joined(
            address,
            ("districtOrCounty",),
            ("municipality",),
            ("extendedFields", "neighborhood"),
        ),
        region=address.get("stateOrRegion").text(),
        postcode=address.get("postalCode").text(),
        country=address.get("countryCode").text(),
        phone=address.get("phone").text(),
        kind=address.get("addressType").text().lower(),
    )


def _package(package):
    return Package(
        ref=package["packageReferenceId"].text(),
        carrier=package.get("carrier").text(),
        service=package.get("shippingService").text(),
        tracking=package.get("trackingNumber").text(),
        shipped_at=package.get("shipTime").time(),
        status=package.get("packageStatus", "status").text(),
        items=tuple(
            (item["orderItemId"].text(), item["quantity"].integer())
            for item in package.get("packageItems")
        ),
    )


def _tax_registrations(order):
    return tuple(
        TaxRegistration(
            number=registration["taxRegistrationNumber"].text(),
            kind=registration.get("taxRegistrationType").text(),
            legal_name=registration.get("legalName").text(),
        )
        for registration in order.get("tax", "taxRegistrations")
        if registration.get("entityType").text() == "BUYER"
        and registration.get("taxRegistrationNumber")
    )


def _seller_ref(order):
    aliases = (
        alias.get("aliasId").text()
        for alias in order.get("orderAliases")
        if alias.get("aliasType").text() == "SELLER_ORDER_ID"
    )
    return next(aliases, "")


def _payment_methods(order):
    methods = (
        payment.get("paymentMethod").text()
        for payment in order.get("payment", "paymentExecutions")
    )
    return tuple(dict.fromkeys(filter(None, methods)))


def _currency(order):
    """Return the currency of all the order's amounts, '' when it has none."""
    parts = [order.get("proceeds")]
    for item in order["orderItems"]:
        parts += [item.get("proceeds"), item.get("product", "price")]
    found = sorted({code for part in parts for code in _currency_codes(part.value)})
    if len(found) > 1:
        raise Refused(
            f"The order has amounts in {', '.join(found)}.", code="mixed_currencies"
        )
    return found[0] if found else ""


def _currency_codes(value):
    if isinstance(value, list):
        for element in value:
            yield from _currency_codes(element)
    elif isinstance(value, dict):
        for name, element in value.items():
            if name == "currencyCode" and element:
                yield str(element)
            yield from _currency_codes(element)


def _joined(part, *paths):
    """Return the different texts at some places, those that are not empty."""
    texts = (part.get(*path).text().strip() for path in paths)
    return ", ".join(dict.fromkeys(filter(None, texts)))
