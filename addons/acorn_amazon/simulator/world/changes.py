"""What can happen to an order. Each function changes the order's document only."""

from .proceeds import recalculate, scale_item

STATUSES = (
    "PENDING_AVAILABILITY",
    "PENDING",
    "UNSHIPPED",
    "PARTIALLY_SHIPPED",
    "SHIPPED",
    "CANCELLED",
    "UNFULFILLABLE",
)
PENDING = ("PENDING_AVAILABILITY", "PENDING")
FINISHED = ("SHIPPED", "CANCELLED", "UNFULFILLABLE")


def _quantities(item):
    """The item's ``fulfillment``, complete."""
    quantities = item.setdefault("fulfillment", {})
    quantities.setdefault("quantityFulfilled", 0)
    open_ = item["quantityOrdered"] - quantities["quantityFulfilled"]
    quantities.setdefault("quantityUnfulfilled", open_)
    return quantities


def open_quantity(item):
    return _quantities(item)["quantityUnfulfilled"]


def ship(raw, shipped=None):
    """Ship everything that is open, or ``{item number: quantity}`` of it."""
    for item in raw["orderItems"]:
        quantities = _quantities(item)
        left = quantities["quantityUnfulfilled"]
        moved = left if shipped is None else shipped.get(item["orderItemId"], 0)
        if not 0 <= moved <= left:
            raise ValueError(f"{item['orderItemId']}: {moved} of {left} open units")
        quantities["quantityFulfilled"] += moved
        quantities["quantityUnfulfilled"] -= moved
    _follow_quantities(raw)


def unship(raw, shipped):
    """Open units again that were said to be shipped; the status does not follow."""
    for item in raw["orderItems"]:
        count = shipped.get(item["orderItemId"], 0)
        _quantities(item)["quantityFulfilled"] -= count
        _quantities(item)["quantityUnfulfilled"] += count


def _follow_quantities(raw):
    quantities = [_quantities(item) for item in raw["orderItems"]]
    if not any(each["quantityUnfulfilled"] for each in quantities):
        status = "SHIPPED"
    elif any(each["quantityFulfilled"] for each in quantities):
        status = "PARTIALLY_SHIPPED"
    else:
        status = "UNSHIPPED"
    raw["fulfillment"]["fulfillmentStatus"] = status


def set_status(raw, status, shipped=None):
    if status not in STATUSES:
        raise ValueError(f"No such status: {status!r}")
    if status == "PARTIALLY_SHIPPED" and not shipped:
        raise ValueError("Say what is shipped: {order item number: quantity}")
    if status in ("SHIPPED", "PARTIALLY_SHIPPED"):
        ship(raw, shipped)
    raw["fulfillment"]["fulfillmentStatus"] = status


def cancel(raw, by="BUYER", reason="", keeps_quantity=True):
    """Cancel what has not been shipped yet."""
    for item in raw["orderItems"]:
        cancel_units(item, open_quantity(item), by, reason, keeps_quantity)
    recalculate(raw)
    if any(_quantities(item)["quantityFulfilled"] for item in raw["orderItems"]):
        _follow_quantities(raw)
    else:
        raw["fulfillment"]["fulfillmentStatus"] = "CANCELLED"


def cancel_units(item, count, by="MERCHANT", reason="", keeps_quantity=True):
    """Cancel ``count`` open units of an item."""
    quantities = _quantities(item)
    if not 0 <= count <= quantities["quantityUnfulfilled"]:
        raise ValueError(f"Only {quantities['quantityUnfulfilled']} units are open")
    if not count:
        return
    before = quantities["quantityFulfilled"] + quantities["quantityUnfulfilled"]
    quantities["quantityUnfulfilled"] -= count
    scale_item(item, before - count, before)
    if not keeps_quantity:
        item["quantityOrdered"] -= count
    execution = {"cancelledBy": by, "cancelReason": reason}
    item.setdefault("cancellation", {})["cancellationExecution"] = {
        key: value for key, value in execution.items() if value
    }


def cancel_line(raw, item, count, by="MERCHANT", reason="", keeps_quantity=True):
    """Cancel units of one item; the order follows."""
    cancel_units(item, count, by, reason, keeps_quantity)
    recalculate(raw)
    if all(sum(_counts(each)) == 0 for each in raw["orderItems"]):
        raw["fulfillment"]["fulfillmentStatus"] = "CANCELLED"
    elif raw["fulfillment"]["fulfillmentStatus"] not in (*PENDING, *FINISHED):
        _follow_quantities(raw)


def _counts(item):
    quantities = _quantities(item)
    return quantities["quantityFulfilled"], quantities["quantityUnfulfilled"]


def set_quantity(raw, item, quantity):
    """Another number of units has been ordered than before."""
    shipped, left = _counts(item)
    if quantity < max(shipped, 1) or not shipped + left:
        raise ValueError(f"{shipped} of {shipped + left} units are shipped already")
    scale_item(item, quantity, shipped + left)
    item["quantityOrdered"] = quantity
    _quantities(item)["quantityUnfulfilled"] = quantity - shipped
    recalculate(raw)


def request_cancellation(raw, reason="", items=None):
    """The buyer asks; it is the seller who decides."""
    request = {"requester": "BUYER", "cancelReason": reason}
    for item in raw["orderItems"]:
        if items is None or item["orderItemId"] in items:
            item.setdefault("cancellation", {})["cancellationRequest"] = {
                key: value for key, value in request.items() if value
            }


def set_address(raw, address):
    recipient = raw.setdefault("recipient", {})
    recipient["deliveryAddress"] = recipient.get("deliveryAddress", {}) | address
