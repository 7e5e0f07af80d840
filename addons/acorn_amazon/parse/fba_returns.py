"""Amazon's report of returns that came to its own warehouses, as Acorn's returns."""

from odoo.addons.acorn_base.records import (
    DAMAGED,
    DEFECTIVE,
    EXPIRED,
    OTHERWISE,
    RETURN_RECEIVED,
    SELLABLE,
    Return,
)

from . import return_rows as rows

NEEDED = ("return-date", "order-id", "sku", "quantity", "detailed-disposition")
SPELLINGS = {"amazon-order-id": "order-id", "disposition": "detailed-disposition"}
DISPOSITIONS = {
    "SELLABLE": SELLABLE,
    "DAMAGED": DAMAGED,
    "CUSTOMER_DAMAGED": DAMAGED,
    "CARRIER_DAMAGED": DAMAGED,
    "DISTRIBUTOR_DAMAGED": DAMAGED,
    "WAREHOUSE_DAMAGED": DAMAGED,
    "DEFECTIVE": DEFECTIVE,
    "EXPIRED": EXPIRED,
}


def read_fba_returns(text, made):
    """Return the documents of a report, one for each unit with a label of its own."""
    return rows.read("fba_return", text, made, NEEDED, SPELLINGS, _key)


def _key(row):
    """Name a return by the label of the unit: its date changes between reports.

    Units without a label are told apart by all that the report says of them; rows that
    say the same are several units.
    """
    if not row["sku"]:
        raise row.unreadable("it has no SKU")
    parts = [row["order-id"], row["sku"], row["license-plate-number"]]
    if not parts[-1]:
        where = ("return-date", "fulfillment-center-id", "detailed-disposition")
        parts[-1:] = [row[name] for name in where]
    return "/".join(parts)


def parse_fba_return(document):
    """Return the ``Return`` that the rows of a document tell of."""
    lines = rows.rows_of(document)
    last = max(lines, key=lambda line: rows.moment(line, "return-date"))
    labelled = last.get("license-plate-number", "")
    disposition = last.get("detailed-disposition", "")
    return Return(
        ref=document.key,
        order_ref=last.get("order-id", ""),
        sku=last["sku"],
        quantity=sum(
            rows.whole(line, "quantity") for line in ([last] if labelled else lines)
        ),
        status=RETURN_RECEIVED,
        status_text=last.get("status", ""),
        by_channel=True,
        unit_ref=labelled,
        title=last.get("product-name", ""),
        listing_ref=last.get("asin", ""),
        requested_at=rows.moment(last, "return-date"),
        arrived_at=rows.moment(last, "return-date"),
        reason=rows.reason(last.get("reason", "")),
        comment=last.get("customer-comments", ""),
        disposition=DISPOSITIONS.get(disposition.upper(), OTHERWISE),
        disposition_text=disposition,
        place=last.get("fulfillment-center-id", ""),
    )
