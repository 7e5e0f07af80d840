"""Acorn's parcel as Amazon's shipment confirmation, and what became of it."""

import re
from collections import Counter

from odoo.addons.acorn_base.channel import UTC, Refused
from odoo.addons.acorn_base.records import CANCELLED, UNFULFILLABLE, Receipt

OTHER = "Other"

# What Amazon says of a parcel it does not take, first match wins.
_REFUSALS = (
    (
        re.compile(r"packagetoupdatenotfound|not finding a matching package"),
        "no_parcel",
    ),
    (re.compile(r"tracking"), "tracking_refused"),  # its words name the carrier, too
    (re.compile(r"carrier"), "carrier_refused"),
    (re.compile(r"quantity"), "quantity_refused"),
    (re.compile(r"nonexistentorderitem"), "order_cancelled"),
)


def confirmation(shipment):
    """Return the body of ``confirmShipment``, Orders API v0.

    A parcel without tracking number has an empty one: Amazon's model requires the
    field, not what is in it.
    """
    if shipment.carrier_code == OTHER and not shipment.carrier_name.strip():
        raise Refused("The carrier Other has no name.", code="carrier_without_name")
    names = {
        "carrierName": shipment.carrier_name,  # Amazon wants it for the carrier "Other"
        "shippingMethod": shipment.service,
    }
    return {
        "marketplaceId": shipment.site,
        "packageDetail": {
            "packageReferenceId": shipment.package_ref,
            "carrierCode": shipment.carrier_code,
            **{name: value for name, value in names.items() if value},
            "trackingNumber": shipment.tracking,
            "shipDate": f"{shipment.shipped_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "orderItems": [
                {"orderItemId": item.line_ref, "quantity": item.quantity}
                for item in shipment.items
            ],
        },
    }


def explained(refusal):
    """Return a refusal of ``confirmShipment`` with the code of its next step."""
    said = str(refusal).lower()
    code = next((code for words, code in _REFUSALS if words.search(said)), "")
    if refusal.code != "refused" or not code:
        return refusal
    return Refused(str(refusal), code=code, reference=refusal.reference)


def verdict(shipment, order):
    """Return the ``Receipt`` of a parcel as Amazon's order shows it.

    ``unknown`` is safe to push again: Amazon changes a parcel it has by that number.
    """
    parcels = [parcel for parcel in order.packages if parcel.status != "CANCELLED"]
    if any(_is(parcel, shipment) for parcel in parcels):
        return Receipt("done")
    if order.status in (CANCELLED, UNFULFILLABLE):
        raise Refused(
            f"Amazon shows the order as {order.status_text}.", code="order_cancelled"
        )
    known = any(parcel.ref == shipment.package_ref for parcel in parcels)
    if known or _is_open(shipment, order):
        return Receipt("unknown")
    if _is_incomplete(parcels, shipment, order):
        return Receipt("waiting")
    raise Refused(
        "Amazon shows these items as shipped with "
        f"{', '.join(parcel.tracking or parcel.ref for parcel in parcels)}.",
        code="shipped_otherwise",
    )


def _is(parcel, shipment):
    """Tell whether a parcel has our tracking number and our items, if it tells any."""
    if _plain(parcel.tracking) != _plain(shipment.tracking):
        return False
    return not parcel.items or _count(parcel.items) == _ours(shipment)


def _is_open(shipment, order):
    """Tell whether Amazon still waits for all these items."""
    owed = {
        line.ref: line.quantity - line.quantity_shipped
        if line.quantity_open is None
        else line.quantity_open
        for line in order.lines
    }
    return all(owed.get(ref, count) >= count for ref, count in _ours(shipment).items())


def _is_incomplete(parcels, shipment, order):
    """Tell whether Amazon counts more of these items as shipped than are in parcels."""
    told = _count(item for parcel in parcels for item in parcel.items)
    return any(
        line.quantity_shipped > told[line.ref]
        for line in order.lines
        if line.ref in _ours(shipment)
    )


def _ours(shipment):
    return _count((item.line_ref, item.quantity) for item in shipment.items)


def _count(items):
    counts = Counter()
    for ref, quantity in items:
        counts[ref] += quantity
    return counts


def _plain(tracking):
    return "".join(tracking.split()).casefold()
