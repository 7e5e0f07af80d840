"""The two reports of returns: those that the seller takes back, those at Amazon.

GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE and GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA.
"""

from ..clock import parse

COLUMNS = (
    "Order ID",
    "Order date",
    "Return request date",
    "Return request status",
    "Amazon RMA ID",
    "Merchant RMA ID",
    "Label type",
    "Label cost",
    "Currency code",
    "Return carrier",
    "Tracking ID",
    "Label to be paid by",
    "A-to-Z Claim",
    "Is prime",
    "ASIN",
    "Merchant SKU",
    "Item Name",
    "Return quantity",
    "Return Reason",
    "In policy",
    "Return type",
    "Resolution",
    "Invoice number",
    "Return delivery date",
    "Order Amount",
    "Order quantity",
    "SafeT Action reason",
    "SafeT claim id",
    "SafeT claim state",
    "SafeT claim creation time",
    "SafeT claim reimbursement amount",
    "Refunded Amount",
)
FBA_COLUMNS = (
    "return-date",
    "order-id",
    "sku",
    "asin",
    "fnsku",
    "product-name",
    "quantity",
    "fulfillment-center-id",
    "detailed-disposition",
    "reason",
    "status",
    "license-plate-number",
    "customer-comments",
)
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


def table(world, job, when):
    return _table(world, job, when, COLUMNS, _row, by_amazon=False)


def fba_table(world, job, when):
    return _table(world, job, when, FBA_COLUMNS, _fba_row, by_amazon=True)


def _table(world, job, when, columns, make_row, by_amazon):
    """One row for each return that was asked for in the period, by its day."""
    start = parse(job.details.get("dataStartTime") or "2000-01-01T00:00:00Z")
    end = parse(job.details["dataEndTime"]) if job.details.get("dataEndTime") else when
    rows = []
    for each in world.returns:
        entry = world.orders.get(each["order"])
        if (
            each["account"] == job.account
            and bool(each.get("by_amazon")) == by_amazon
            and entry.marketplace_id in job.marketplaces
            and start.date() <= parse(each["requested"]).date() <= end.date()
        ):
            rows.append(make_row(each, entry, entry.item(each["item"])))
    return (columns, rows) if rows else None


def _row(each, entry, item):
    currency = each["currency"]
    return {
        "Order ID": entry.id,
        "Order date": _day(entry.raw["createdTime"]),
        "Return request date": _day(each["requested"]),
        "Return request status": each["status"],
        "Amazon RMA ID": each["number"],
        "Label type": each["label"],
        "Label cost": each.get("label_cost", ""),
        "Currency code": currency,
        "Return carrier": each.get("carrier", ""),
        "Tracking ID": each.get("tracking", ""),
        "Label to be paid by": each["payer"],
        "A-to-Z Claim": "Y" if each.get("claimed") else "N",
        "Is prime": "Y" if "PRIME" in entry.raw.get("programs", ()) else "N",
        "ASIN": item["product"]["asin"],
        "Merchant SKU": item["product"]["sellerSku"],
        "Item Name": item["product"]["title"],
        "Return quantity": each["quantity"],
        "Return Reason": f"CR-{each['reason']}",
        "In policy": "Y",
        "Return type": "C-Returns",
        "Resolution": each["resolution"],
        "Return delivery date": _day(each["delivered"])
        if each.get("delivered")
        else "",
        "Order Amount": _total(entry),
        "Order quantity": item["quantityOrdered"],
        "SafeT claim id": each.get("safet", ""),
        "SafeT claim state": each.get("safet_state", ""),
        "SafeT claim reimbursement amount": each.get("safet_paid", ""),
        "Refunded Amount": each.get("refunded", ""),
    }


def _fba_row(each, entry, item):
    return {
        "return-date": f"{parse(each['requested']):%Y-%m-%dT%H:%M:%S}+00:00",
        "order-id": entry.id,
        "sku": item["product"]["sellerSku"],
        "asin": item["product"]["asin"],
        "fnsku": f"X00{item['product']['asin'][-7:]}",
        "product-name": item["product"]["title"],
        "quantity": each["quantity"],
        "fulfillment-center-id": each["centre"],
        "detailed-disposition": each["disposition"],
        "reason": each["reason"],
        "status": each["status"],
        "license-plate-number": f"LPN{each['number'][1:-4]}" * each["labelled"],
        "customer-comments": each["comment"],
    }


def _day(moment):
    """As 10-Jul-2025, whatever the language of the machine."""
    if not moment:
        return ""
    day = parse(moment)
    return f"{day:%d}-{MONTHS.split()[day.month - 1]}-{day.year}"


def _total(entry):
    total = entry.raw.get("proceeds", {}).get("grandTotal")
    return total["amount"] if total else ""
