"""What a seller may say about the parcels of an order, and what follows from it."""

from collections import Counter

from ..answers import invalid
from ..clock import iso, parse
from .changes import FINISHED, open_quantity, ship, unship

# Field, its type, whether it must be there. Amazon looks at JSON types: 1 is no "1".
PACKAGE_FIELDS = (
    ("packageReferenceId", str, True),
    ("carrierCode", str, True),
    ("carrierName", str, False),
    ("shippingMethod", str, False),
    ("trackingNumber", str, True),
    ("shipDate", str, True),
    ("shipFromSupplySourceId", str, False),
    ("orderItems", list, True),
)
ITEM_FIELDS = (
    ("orderItemId", str, True),
    ("quantity", int, True),
    ("transparencyCodes", list, False),
)


def confirm(entry, body, now, untracked=True):
    """Note a parcel that left, or another version of one that is known.

    Return the parcel's details; raise what Amazon objects to.

    :param untracked: parcels may have an empty tracking number
    """
    package = read_request(entry, body, untracked)
    quantities = read_items(entry, package)
    number = package["packageReferenceId"]
    packages = {each["packageReferenceId"]: each for each in _packages(entry)}
    replaced = packages.pop(number, None)
    if not replaced and entry.status in FINISHED:
        raise invalid(
            "Failed to create package due to not finding a matching package or order"
            " already fulfilled. (errorMetric=PackageToUpdateNotFound)"
        )
    before = _count(replaced["packageItems"]) if replaced else {}
    _check_quantities(entry, quantities, before)
    unship(entry.raw, before)
    ship(entry.raw, quantities)
    entry.raw["packages"] = [*packages.values(), _package(package, now)]
    return package


def _packages(entry):
    return entry.raw.get("packages", [])


def _count(lines):
    """{item number: quantity} of a parcel."""
    quantities = Counter()
    for line in lines:
        quantities[line["orderItemId"]] += line["quantity"]
    return quantities


def _check_quantities(entry, quantities, before):
    for item_id, quantity in quantities.items():
        left = open_quantity(entry.item(item_id)) + before.get(item_id, 0)
        if quantity > left:
            raise invalid(
                f"The quantity {quantity} of order item {item_id} exceeds the"
                f" {left} that can be shipped"
            )


def read_request(entry, body, untracked=True):
    if not isinstance(body, dict):
        raise invalid("The request has no JSON body")
    if not isinstance(body.get("marketplaceId"), str):
        raise invalid("MarketplaceId is missing")
    if body["marketplaceId"] != entry.marketplace_id:
        raise invalid("MarketplaceId is not the order's")
    package = body.get("packageDetail")
    if not isinstance(package, dict):
        raise invalid("PackageDetail is missing")
    may_be_empty = ("trackingNumber",) if untracked else ()
    _check_fields(package, PACKAGE_FIELDS, "packageDetail", may_be_empty)
    number = package["packageReferenceId"]
    if not (number.isascii() and number.isdecimal() and int(number)):
        raise invalid(
            "PackageReferenceId: is invalid, must be a positive numeric value."
        )
    if package["carrierCode"] == "Other" and not package.get("carrierName"):
        raise invalid("CarrierName is required when CarrierCode is Other")
    _check_date(package["shipDate"])
    _check_state(entry)
    return package


def _check_fields(document, known, path, may_be_empty=()):
    for name, kind, required in known:
        value = document.get(name)
        if value is None and not required:
            continue
        if type(value) is not kind:  # bool is an int to isinstance
            raise invalid(
                "The input you have submitted is not valid. Please check the fields"
                f" with invalid type [{path}.{name}]."
            )
        if required and value == "" and name not in may_be_empty:
            raise invalid(f"{path}.{name} is empty")


def _check_date(text):
    try:
        parse(text)
    except ValueError as error:
        raise invalid("Invalid Input", f"shipDate: {error}") from error


def _check_state(entry):
    if entry.fulfilled_by != "MERCHANT":
        raise invalid("The order is fulfilled by Amazon: there is nothing to confirm")
    if entry.status == "CANCELLED":
        raise invalid(
            "ErrorCode: NonexistentOrderItem Description: Failed to find order item"
            f" list by order ID: {entry.id}"
        )
    if entry.status.startswith("PENDING"):
        raise invalid("The order is pending and cannot be shipped yet")


def read_items(entry, package):
    """{item number: quantity}."""
    if not package["orderItems"]:
        raise invalid("packageDetail.orderItems is empty")
    for line in package["orderItems"]:
        if not isinstance(line, dict):
            raise invalid("packageDetail.orderItems holds something else than objects")
        _check_fields(line, ITEM_FIELDS, "packageDetail.orderItems")
        if entry.item(line["orderItemId"]) is None:
            raise invalid(
                f"OrderItemId {line['orderItemId']} is invalid, please obtain the value"
                " through the getOrderItems API or Manage Orders page"
            )
        if line["quantity"] < 1:
            raise invalid("Quantity of an order item must be positive")
    return _count(package["orderItems"])


def _package(detail, now):
    """The parcel as the order shows it."""
    carrier = detail["carrierCode"]
    package = {
        "packageReferenceId": detail["packageReferenceId"],
        "createdTime": iso(now),
        "packageStatus": {"status": "SHIPPED"},
        "carrier": detail["carrierName"] if carrier == "Other" else carrier,
        "shipTime": iso(parse(detail["shipDate"])),
        "shippingService": detail.get("shippingMethod", ""),
        "trackingNumber": detail["trackingNumber"],
        "packageItems": [
            {name: line[name] for name, *_rest in ITEM_FIELDS if name in line}
            for line in detail["orderItems"]
        ],
    }
    return {key: value for key, value in package.items() if value}
