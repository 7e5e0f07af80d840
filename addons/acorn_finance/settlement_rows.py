"""How the lines of a settlement are written for PostgreSQL's COPY; pure."""

import hashlib
from datetime import timezone

COLUMNS = (
    *("number", "transaction_type", "amount_type", "description", "amount"),
    *("posted_at", "posted_on", "site_ref", "site_name", "order_ref"),
    *("merchant_order_ref", "adjustment_ref", "shipment_ref", "line_ref"),
    *("fulfilment", "sku", "quantity", "promotion_ref"),
)
NULL = r"\N"
_ESCAPED = str.maketrans(
    {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\0": None}
)


def row(line):
    """Return the row of a ``SettlementLine``: COLUMNS in COPY's text format.

    The three words are never NULL, so that they can be joined on.
    """
    return "\t".join(
        (
            str(line.number),
            line.transaction_type.translate(_ESCAPED),
            line.amount_type.translate(_ESCAPED),
            line.description.translate(_ESCAPED),
            str(line.amount),
            line.posted_at.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S"),
            line.posted_on.isoformat(),
            *map(
                _text,
                (
                    *(line.site, line.site_name, line.order_ref),
                    *(line.merchant_order_ref, line.adjustment_ref),
                    *(line.shipment_ref, line.line_ref, line.fulfilment, line.sku),
                ),
            ),
            str(line.quantity),
            _text(line.promotion_ref),
        )
    )


def _text(value):
    return value.translate(_ESCAPED) if value else NULL


def digest(settlement, rows):
    """Return what tells whether two files say the same of a settlement."""
    said = hashlib.sha256()
    header = (
        *(settlement.currency, settlement.since, settlement.until),
        *(settlement.deposited_at, settlement.total),
    )
    said.update(repr(header).encode())
    for each in rows:
        said.update(each.encode())
        said.update(b"\n")
    return said.hexdigest()
