"""GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL: one row for each item.

And the same BY_ORDER_DATE.
"""

from datetime import timedelta

from ..clock import parse
from .money import read, text

COLUMNS = (
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
    "ship-service-level",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "item-promotion-discount",
    "ship-promotion-discount",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "promotion-ids",
    "is-business-order",
    "purchase-order-number",
    "price-designation",
)
STATUSES = {
    "PENDING_AVAILABILITY": "Pending",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "Shipping",
    "SHIPPED": "Shipped",
    "CANCELLED": "Cancelled",
    "UNFULFILLABLE": "Unfulfillable",
}
SHIPPER = {"AMAZON": "Amazon", "MERCHANT": "Merchant"}
TAXED = {  # column: (kind of proceeds, what its tax is called)
    "item-price": ("ITEM", "item-tax"),
    "shipping-price": ("SHIPPING", "shipping-tax"),
    "gift-wrap-price": ("GIFT_WRAP", "gift-wrap-tax"),
}
SHOWN = {"PROCEEDS", "PROMOTION", "FULFILLMENT", "BUYER", "RECIPIENT"}
READS_UNTIL = timedelta(minutes=2)  # before now


def table_by_order_date(world, job, when):
    """One row for each item of the orders that were created in the period."""
    return table(world, job, when, "created")


def table(world, job, when, by="updated"):
    """One row for each item of the orders that changed in the period."""
    start = parse(job.details.get("dataStartTime") or "2000-01-01T00:00:00Z")
    end = parse(job.details["dataEndTime"]) if job.details.get("dataEndTime") else when
    end = min(end, when - READS_UNTIL)
    entries, _rest = world.orders.search(
        job.account,
        by,
        start,
        end,
        limit=None,
        wanted=lambda entry: entry.marketplace_id in job.marketplaces,
    )
    seen = [(entry, entry.view(SHOWN, when)) for entry in entries]
    rows = [_row(entry, raw, item) for entry, raw in seen for item in raw["orderItems"]]
    return (COLUMNS, rows) if rows else None


def _row(entry, raw, item):
    status = STATUSES[entry.status]
    address = raw.get("recipient", {}).get("deliveryAddress", {})
    buyer = raw.get("buyer", {})
    promotions = item.get("promotion", {}).get("breakdowns", ())
    return {
        "amazon-order-id": entry.id,
        "merchant-order-id": _alias(raw) or entry.id,
        "purchase-date": f"{entry.created:%Y-%m-%dT%H:%M:%S}+00:00",
        "last-updated-date": f"{entry.updated:%Y-%m-%dT%H:%M:%S}+00:00",
        "order-status": status,
        "fulfillment-channel": SHIPPER[entry.fulfilled_by],
        "sales-channel": raw["salesChannel"].get("marketplaceName", ""),
        "ship-service-level": raw["fulfillment"]["fulfillmentServiceLevel"].title(),
        "product-name": item["product"]["title"],
        "sku": item["product"]["sellerSku"],
        "asin": item["product"]["asin"],
        "item-status": status,
        "quantity": 0 if status == "Cancelled" else item["quantityOrdered"],
        "ship-city": address.get("city", ""),
        "ship-state": address.get("stateOrRegion", ""),
        "ship-postal-code": address.get("postalCode", ""),
        "ship-country": address.get("countryCode", ""),
        "promotion-ids": ",".join(each["promotionId"] for each in promotions),
        "is-business-order": str("AMAZON_BUSINESS" in raw.get("programs", ())).lower(),
        "purchase-order-number": buyer.get("buyerPurchaseOrderNumber", ""),
    } | _amounts(item, entry.site)


def _alias(raw):
    return next((each["aliasId"] for each in raw.get("orderAliases", ())), "")


def _amounts(item, site):
    """The old way to say it: in Europe and Mexico prices contain their tax."""
    if "proceeds" not in item:
        return {}
    parts = {part["type"]: part for part in item["proceeds"]["breakdowns"]}
    _total, currency = read(item["proceeds"]["proceedsTotal"])
    taxes, reductions = _details(parts.get("TAX")), _details(parts.get("DISCOUNT"))
    row = {"currency": currency}
    for column, (kind, tax_column) in TAXED.items():
        if kind in parts:
            tax = taxes.get(kind, 0)
            price = read(parts[kind]["subtotal"])[0] + (tax if _gross(site) else 0)
            row |= {column: text(price, currency), tax_column: text(tax, currency)}
    for kind, column in (("ITEM", "item"), ("SHIPPING", "ship")):
        if kind in reductions:
            off = text(abs(reductions[kind]), currency)
            row[f"{column}-promotion-discount"] = off
    return row


def _gross(site):
    return site not in ("US", "CA")


def _details(part):
    details = part.get("detailedBreakdowns", ()) if part else ()
    return {each["subtype"]: read(each["value"])[0] for each in details}
