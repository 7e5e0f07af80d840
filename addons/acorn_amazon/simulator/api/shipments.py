"""Orders API v0, of which only this is left: telling what has been shipped."""

from ..answers import Answer
from ..calls import Operation
from ..clock import iso
from .orders import find


def confirm_shipment(call):
    entry = find(call)
    package = call.world.confirm(entry, call.json(), call.time)
    about = {"orderId": entry.id, "account": entry.account, "time": iso(call.time)}
    call.world.shipments.append(about | package)
    return Answer(204)


OPERATIONS = [
    Operation(
        "confirmShipment",
        "POST",
        "/orders/v0/orders/<orderId>/shipmentConfirmation",
        confirm_shipment,
        "ordersV0",
    )
]
