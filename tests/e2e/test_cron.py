"""With nobody pressing anything, an order at Amazon becomes a sale order."""

from datetime import datetime, timedelta, timezone

from .servers import wait_for


def test_new_order_arrives_by_itself(odoo, amazon):
    make_due_soon(odoo)
    moment = (datetime.now(timezone.utc) - timedelta(minutes=5)).isoformat()
    placed = amazon.ask(
        "orders",
        {
            "site": "DE",
            "lines": [{"sku": "OAK-MUG-4", "quantity": 1, "price": "19.90"}],
            "fulfilled_by": "MERCHANT",
            "status": "UNSHIPPED",
            "created": moment,
            "updated": moment,
        },
    )
    [order] = wait_for("the sale order", lambda: find(odoo, placed["orderId"]), 180)
    assert order["state"] == "sale"


def make_due_soon(odoo):
    """Move the next fetch near: every quarter of an hour is too long for a test."""
    streams = odoo.call("acorn.stream", "search", [("kind", "=", "order")])
    soon = datetime.now(timezone.utc) + timedelta(seconds=5)
    values = {"next_run": soon.strftime("%Y-%m-%d %H:%M:%S")}
    odoo.call("acorn.stream", "write", streams, values)


def find(odoo, ref):
    domain = [("acorn_ref", "=", ref)]
    return odoo.call("sale.order", "search_read", domain, fields=["state"])
