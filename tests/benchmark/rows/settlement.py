"""A settlement of many lines, from the file's bytes to posted entries."""

import threading
import time
from datetime import date, timedelta

import psutil

from odoo.addons.acorn_amazon.parse.settlement import read_settlement

from ..measured import Measured, timed

MEMORY_AT_MOST = 400  # MB above what the process has before
CREATED = 1_000  # lines, the ordinary way
EVERY = 0.05  # seconds between two looks
MEGABYTE = 2**20

COLUMNS = (
    *("settlement-id", "settlement-start-date", "settlement-end-date"),
    *("deposit-date", "total-amount", "currency", "transaction-type", "order-id"),
    *("merchant-order-id", "adjustment-id", "shipment-id", "marketplace-name"),
    *("amount-type", "amount-description", "amount", "fulfillment-id"),
    *("posted-date", "posted-date-time", "order-item-code"),
    *("merchant-order-item-id", "merchant-adjustment-item-id", "sku"),
    "quantity-purchased",
)
AMOUNTS = (  # of an order
    ("ItemPrice", "Principal", "10.00"),
    ("ItemPrice", "Shipping", "1.00"),
    ("ItemFees", "Commission", "-1.50"),
    ("ItemFees", "FBAPerUnitFulfillmentFee", "-3.00"),
    ("Promotion", "Shipping", "-1.00"),
)
FIRST = date(2026, 5, 25)  # its fortnight ends in June: two entries
SITES = ("Amazon.de", "Amazon.fr", "Amazon.it", "Amazon.es")


def stored(here, size):
    """Seconds from the bytes of a file to its lines, linked and classified."""
    _take(here, _file("1", len(AMOUNTS) * 20))  # fills caches
    content = _file("2", size.settled)
    with _Memory() as memory:
        taken = []
        took = timed(lambda: taken.extend(_take(here, content)), [here])
    seconds, (read, settlement_id) = took.seconds, taken
    assert memory.grown <= MEMORY_AT_MOST, (
        f"{memory.grown:.0f} MB for {size.settled:,} lines"
    )
    with here.work() as env:
        settlement = env["acorn.settlement"].browse(settlement_id)
        assert settlement.line_count == size.settled
        assert not settlement.unknown_count
        created = _create(env, settlement)
    rate = size.settled / (seconds - read)
    return Measured(
        seconds,
        {
            "lines": size.settled,
            "file, MB": len(content) / MEGABYTE,
            "reading, s": read,
            "processor, s": took.processor,
            "memory, MB": memory.grown,
            "lines/s stored": rate,
            "lines/s created by the ORM, unlinked": created,
            "times as fast": rate / created,
        },
    )


def posted(here, size):
    """Seconds from stored lines to posted entries, with what follows from them."""
    with here.work() as env:
        _give_rate(env)
    _post(here, _take(here, _file("1", len(AMOUNTS) * 20))[1])
    settlement_id = _take(here, _file("2", size.settled))[1]
    here.analyze()
    took = timed(lambda: _post(here, settlement_id), [here])
    with here.work() as env:
        settlement = env["acorn.settlement"].browse(settlement_id)
        assert settlement.state == "posted", settlement.hold_reason
        assert settlement.proven
        items = settlement.move_ids.line_ids
        return Measured(
            took.seconds,
            {
                "lines": settlement.line_count,
                "entries": len(settlement.move_ids),
                "journal items": len(items),
                "processor, s": took.processor,
                "lines/s posted": settlement.line_count / took.seconds,
            },
        )


def _give_rate(env):
    """The company's currency is another one: amounts are converted."""
    env["res.currency.rate"].create(
        {"currency_id": env.ref("base.EUR").id, "name": str(FIRST), "rate": 0.87}
    )


def _post(here, settlement_id):
    with here.work() as env:
        env["acorn.settlement"].browse(settlement_id).action_post()


def _take(here, content):
    begin = time.perf_counter()
    record = read_settlement(content)
    read = time.perf_counter() - begin
    with here.work() as env:
        taken = env["acorn.settlement"]._acorn_apply(here.shop(env), record)
    return read, taken.id


def _file(ref, count):
    total = sum(float(AMOUNTS[n % len(AMOUNTS)][2]) for n in range(count))
    head = {
        "settlement-id": ref,
        "settlement-start-date": f"{FIRST} 00:00:00 UTC",
        "settlement-end-date": f"{FIRST + timedelta(14)} 00:00:00 UTC",
        "deposit-date": f"{FIRST + timedelta(16)} 00:00:00 UTC",
        "total-amount": f"{total:.2f}",
        "currency": "EUR",
    }
    lines = ["\t".join(COLUMNS), _line(head)]
    lines += [_line(_amount(ref, number)) for number in range(count)]
    return "\n".join(lines).encode()


def _amount(ref, number):
    amount_type, description, amount = AMOUNTS[number % len(AMOUNTS)]
    order = number // len(AMOUNTS)
    day = FIRST + timedelta(order % 14)
    return {
        "settlement-id": ref,
        "transaction-type": "Order",
        "order-id": f"303-{order:07}-0000000",
        "marketplace-name": SITES[order % len(SITES)],
        "amount-type": amount_type,
        "amount-description": description,
        "amount": amount,
        "fulfillment-id": "AFN",
        "posted-date": f"{day}",
        "posted-date-time": f"{day} 12:00:00 UTC",
        "order-item-code": f"{order:014}",
        "sku": f"BENCH-{order % 200:03}",
        "quantity-purchased": "1",
    }


def _line(cells):
    return "\t".join(cells.get(name, "") for name in COLUMNS)


def _create(env, settlement):
    """Return how many lines a second Odoo's own way makes."""
    lines = settlement.line_ids.browse(
        env["acorn.settlement.line"]
        .search([("settlement_id", "=", settlement.id)], limit=CREATED)
        .ids
    )
    values = [line.copy_data()[0] for line in lines]
    begin = time.perf_counter()
    lines.create(values)
    env.flush_all()
    return CREATED / (time.perf_counter() - begin)


class _Memory:
    """How much this process grows meanwhile, in MB."""

    def __enter__(self):
        self._process = psutil.Process()
        self._before = self._peak = self._process.memory_info().rss
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self):
        while not self._over.wait(EVERY):
            self._peak = max(self._peak, self._process.memory_info().rss)

    def __exit__(self, *_error):
        self._over.set()
        self._thread.join()
        self.grown = (self._peak - self._before) / MEGABYTE
