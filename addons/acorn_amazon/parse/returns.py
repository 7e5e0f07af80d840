"""Amazon's report of returns of goods that the seller ships, as Acorn's returns."""

from odoo.addons.acorn_base.records import (
    RETURN_CLOSED,
    RETURN_EXPECTED,
    RETURN_REFUSED,
    RETURN_REQUESTED,
    UNKNOWN,
    Money,
    Return,
)

from . import return_rows as rows

NEEDED = ("order id", "return request date", "merchant sku", "return quantity")
SPELLINGS = {"sku": "merchant sku", "order item id": "order-item-id"}

# By the beginning of Amazon's word.
STATUSES = {
    "pending": RETURN_REQUESTED,
    "request": RETURN_REQUESTED,
    "approv": RETURN_EXPECTED,
    "authori": RETURN_EXPECTED,
    "complet": RETURN_CLOSED,
    "close": RETURN_CLOSED,
    "reject": RETURN_REFUSED,
    "declin": RETURN_REFUSED,
    "denied": RETURN_REFUSED,
    "cancel": RETURN_REFUSED,
}
RETURNLESS = "returnless"  # in the word for what the buyer gets


def read_returns(text, made):
    """Return the documents of a report, one for each SKU of each return."""
    return rows.read("return", text, made, NEEDED, SPELLINGS, _key)


def _key(row):
    """Name a return by its authorisation and SKU.

    Not by the order's item: that column came later, and not everywhere.
    """
    if not (row["order id"] and row["merchant sku"]):
        raise row.unreadable("it has no order number or no SKU")
    number = row["amazon rma id"] or row["return request date"]
    return f"{row['order id']}/{number}/{row['merchant sku']}"


def parse_return(document):
    """Return the ``Return`` that the rows of a document tell of."""
    lines = _distinct(rows.rows_of(document))
    first = lines[0]
    currency = _only(lines, "currency code")
    status = first.get("return request status", "")
    resolution = first.get("resolution", "")
    return Return(
        ref=document.key,
        order_ref=first["order id"],
        sku=first["merchant sku"],
        quantity=_quantity(lines),
        status=_meaning(status),
        status_text=status,
        line_ref=_only(lines, "order-item-id"),
        authorisation=first.get("amazon rma id", ""),
        title=first.get("item name", ""),
        listing_ref=first.get("asin", ""),
        requested_at=rows.moment(first, "return request date"),
        arrived_at=_last(lines, "return delivery date"),
        reason=rows.reason(first.get("return reason", "")),
        resolution=resolution,
        goods_kept=RETURNLESS in resolution.lower(),
        carrier=_all(lines, "return carrier"),
        tracking=_all(lines, "tracking id"),
        label_cost=_sum(lines, "label cost", currency),
        label_payer=first.get("label to be paid by", ""),
        refunded=_sum(lines, "refunded amount", currency),
        claimed=any(
            line.get("a-to-z claim", "").lower() in rows.TRUE for line in lines
        ),
        claim_ref=_all(lines, "safet claim id"),
        claim_state=_all(lines, "safet claim state"),
        claim_paid=_sum(lines, "safet claim reimbursement amount", currency),
    )


def _distinct(lines):
    """A row that is there twice is one."""
    return [line for place, line in enumerate(lines) if line not in lines[:place]]


def _quantity(lines):
    """Return the units of all rows, never more than were ordered."""
    quantity = sum(rows.whole(line, "return quantity") for line in lines)
    if len(lines) > 1 and lines[0].get("order quantity"):
        quantity = min(quantity, rows.whole(lines[0], "order quantity"))
    return quantity


def _meaning(text):
    word = text.lower()
    return next((m for key, m in STATUSES.items() if word.startswith(key)), UNKNOWN)


def _only(lines, name):
    """Return what all rows say alike, '' when they differ."""
    found = {line.get(name, "") for line in lines} - {""}
    return found.pop() if len(found) == 1 else ""


def _all(lines, name):
    return ", ".join(dict.fromkeys(line[name] for line in lines if line.get(name)))


def _last(lines, name):
    times = [rows.moment(line, name) for line in lines]
    return max(filter(None, times), default=None)


def _sum(lines, name, currency):
    """Return the amounts of all rows together, None where nothing is paid."""
    amounts = filter(None, (rows.money(line, name, currency) for line in lines))
    total = sum(each.amount for each in amounts)
    return Money(total, currency) if total else None
