"""Orders API: 2026-01-01 for reading, v0 for what only it can do."""

from operator import methodcaller

from sp_api.api.orders.orders_2026_01_01 import OrdersV20260101
from sp_api.api.orders.orders_v0 import OrdersV0

from .gateway import LibraryClient

# Without its name a part of an order is left out; even the status is.
INCLUDED = (
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "EXPENSE",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
    "PAYMENT",
)
PAGE_SIZE = 100


class _Orders(LibraryClient, OrdersV20260101):
    pass


class _OrdersV0(LibraryClient, OrdersV0):
    pass


def search(gateway, query, token=""):
    """Return a page of orders: ``orders``, and ``pagination`` unless it is the last.

    :param query: the window and the marketplaces; the same for all pages of a search
    :param token: ``nextToken`` of the page before
    """
    following = {"paginationToken": token} if token else {}
    return gateway.call(
        "searchOrders",
        _Orders,
        methodcaller(
            "search_orders",
            **query,
            **following,
            includedData=INCLUDED,
            maxResultsPerPage=PAGE_SIZE,
        ),
        expect={"orders": list},
    ).body


def get(gateway, order_id):
    """Return one order."""
    return gateway.call(
        "getOrder",
        _Orders,
        methodcaller("get_order", order_id, includedData=INCLUDED),
        expect={"order": dict},
    ).body["order"]


def confirm_shipment(gateway, order_id, confirmation):
    """Tell Amazon that a parcel has left; return Amazon's number of the call."""
    return gateway.call(
        "confirmShipment",
        _OrdersV0,
        methodcaller("confirm_shipment", order_id, **confirmation),
        write=True,
    ).reference
