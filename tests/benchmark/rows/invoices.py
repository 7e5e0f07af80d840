"""Invoices of orders that were shipped, beside one invoice at a time."""

from functools import partial

from ..amazon import FBA
from ..measured import Measured, alternate, computed_milliseconds, per_second

WARM_UP = 20  # orders, one at a time
ALONE = 40  # orders a round


def billed(here, size):
    """Invoices a second, as the scheduled action makes and posts them."""
    count = 2 * WARM_UP + size.rounds * (size.billed + ALONE)
    orders = iter(shipped(here, count))
    in_batches(here, _next(orders, WARM_UP))
    _one_at_a_time(here, _next(orders, WARM_UP))
    here.analyze()
    ours, theirs = alternate(
        size.rounds,
        lambda _number: partial(in_batches, here, _next(orders, size.billed)),
        lambda _number: partial(_one_at_a_time, here, _next(orders, ALONE)),
        [here],
    )
    _assert_billed(here, count)
    alone = per_second(ALONE, theirs)
    return Measured(
        per_second(size.billed, ours),
        {
            "one at a time, invoices/s": alone,
            "times as fast": per_second(size.billed, ours) / alone,
            "computing an invoice, ms": computed_milliseconds(size.billed, ours),
            "one at a time, ms": computed_milliseconds(ALONE, theirs),
        },
    )


def shipped(here, count):
    """Return the ids of so many orders that wait for their invoices."""
    with here.work() as env:
        here.shop(env).revenue_mode = "per_order"
    here.warm_up([FBA])
    here.bring([FBA], count)
    with here.work() as env:
        domain = env["sale.order"]._acorn_billable()
        orders = env["sale.order"].search(domain, order="id")
        assert len(orders) >= count, f"{len(orders)} of {count} orders were shipped"
        # Those of the warming up, too: all that is left over is ours to count.
        orders[count:].acorn_billing_problem = "Not wanted here"
        return orders.ids[:count]


def _next(orders, count):
    return [next(orders) for _order in range(count)]


def in_batches(here, ids):
    """One batch, as the scheduled action takes it."""
    with here.work() as env:
        env["sale.order"].browse(ids)._acorn_bill()


def _one_at_a_time(here, ids):
    """Odoo's standard calls, committed."""
    for order_id in ids:
        with here.work() as env:
            env["sale.order"].browse(order_id)._create_invoices().action_post()


def _assert_billed(here, count):
    with here.work() as env:
        invoices = env["account.move"].search([("move_type", "=", "out_invoice")])
        assert len(invoices) == count, f"{len(invoices)} invoices of {count} orders"
        assert set(invoices.mapped("state")) == {"posted"}
        wrong = [
            order.name
            for order in invoices.invoice_line_ids.sale_line_ids.order_id
            if order.invoice_ids.amount_total != order.amount_total
        ]
        assert not wrong, f"Invoices are not what the orders are: {wrong[:10]}"
