"""Amazon's form for confirming parcels by file: Seller Central, Upload Order Files."""

import re

from odoo.addons.acorn_base.channel import UTC

COLUMNS = (
    "order-id",
    "order-item-id",
    "quantity",
    "ship-date",
    "carrier-code",
    "carrier-name",
    "tracking-number",
    "ship-method",
)


def shipping_file(shipments):
    """Return the file in bytes: text with tabs, as Amazon wants it.

    A line without an item number stands for the whole order, as Amazon reads it.
    """
    lines = [COLUMNS, *(row for shipment in shipments for row in _rows(shipment))]
    text = "".join("\t".join(map(_cell, line)) + "\r\n" for line in lines)
    return text.encode()


def _rows(shipment):
    other = shipment.carrier_code in ("", "Other")
    last = (
        f"{shipment.shipped_at.astimezone(UTC):%Y-%m-%d}",
        shipment.carrier_code,
        shipment.carrier_name if other else "",
        shipment.tracking,
        shipment.service,
    )
    if any(not item.line_ref for item in shipment.items):
        yield (shipment.order_ref, "", "", *last)
        return
    for item in shipment.items:
        yield (shipment.order_ref, item.line_ref, str(item.quantity), *last)


def _cell(text):
    # What begins like a formula would be run when a spreadsheet opens the file.
    return re.sub(r"[\t\r\n]+", " ", text).lstrip("=+-@ ")
