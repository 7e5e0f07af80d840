"""What is measured and what it has to reach. A further row is a further line here."""

from collections.abc import Callable
from dataclasses import dataclass

from .rows import (
    calls,
    growth,
    invoices,
    lanes,
    memory,
    messages,
    orders,
    profit,
    scopes,
    settlement,
    stock,
)


@dataclass(frozen=True)
class Size:
    """How much of everything; ratios settle with rounds, queries and calls at once."""

    rounds: int = 7  # of both ways in turn; the median counts
    orders: int = 100  # a round: one batch
    lanes: int = 400  # orders a round, for one lane and for two
    stored: int = 10_000
    imported: int = 100_000
    few: int = 10_000
    many: int = 300_000
    minutes: int = 25  # that the import may take
    offers: int = 50_000  # of twenty shops
    changes: int = 25_000  # of one shop: the most that Amazon takes in a feed
    moves: int = 3
    sites: int = 1_500
    sold: int = 1_000_000  # orders of them all
    settled: int = 100_000  # lines of a settlement
    billed: int = 200  # orders a round: one batch


FULL = Size()
QUICK = Size(
    rounds=3,
    orders=50,
    lanes=200,
    stored=1_000,
    imported=1_000,
    few=1_000,
    many=10_000,
    minutes=2,
    offers=5_000,
    changes=2_000,
    moves=1,
    sites=300,
    sold=200_000,
    settled=10_000,
    billed=50,
)


@dataclass(frozen=True)
class Row:
    name: str  # for ROWS=
    work: str
    measure: Callable  # of a fresh copy of the stage and a Size: returns Measured
    unit: str
    against: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def reach(self):
        if self.at_least is not None:
            return f"≥ {self.at_least:,g} {self.unit}"
        return f"≤ {self.at_most:,g} {self.unit}"

    def is_reached(self, value):
        if self.at_least is not None:
            return value >= self.at_least
        return value <= self.at_most


ROWS = (
    Row(
        "fba",
        "FBA orders: page → message → delivered sale order with done moves, one lane",
        orders.fba,
        "×",
        "one order at a time, same run",
        at_least=7,
    ),
    Row(
        "fbm",
        "FBM orders: page → message → confirmed sale order with reserved delivery,"
        " one lane",
        orders.fbm,
        "×",
        "one order at a time, same run",
        at_least=7,
    ),
    Row(
        "lanes",
        "Two lanes as processes, two warehouses",
        lanes.two,
        "×",
        "one lane, same run",
        at_least=1.7,
    ),
    Row(
        "store", "Storing pages as messages", messages.store, "orders/s", at_least=2000
    ),
    Row(
        "replay",
        "Replaying unchanged orders, nothing written",
        messages.replay,
        "orders/s",
        at_least=5000,
    ),
    Row(
        "queries",
        "Queries an order, batches of 100",
        orders.queries,
        "queries",
        "one order at a time, same run",
        at_most=15,
    ),
    Row(
        "calls",
        "Amazon calls per 1,000 orders on a backlog",
        calls.backlog,
        "calls",
        "connectors that ask for each order: > 1,000",
        at_most=11,
    ),
    Row(
        "growth",
        "Cost of an order with many orders in the database",
        growth.cost,
        "×",
        "the cost with few, same run",
        at_most=1.2,
    ),
    Row(
        "memory",
        "Memory of the server while it imports a backlog, above idle",
        memory.importing,
        "MB",
        at_most=300,
    ),
    Row(
        "compare",
        "Comparing 50,000 offers of 20 shops with what each channel was told",
        stock.compare,
        "s",
        "`free_qty` of each product, same run",
        at_most=5,
    ),
    Row(
        "feed",
        "Feeds for 25,000 changed quantities, read by Amazon and shown",
        stock.feed,
        "feed",
        at_most=1,
    ),
    Row(
        "prompt",
        "From a stock move to Amazon's listing, a server with the default lanes",
        stock.prompt,
        "s",
        at_most=90,
    ),
    Row(
        "scopes",
        "A page of the order list with its count, in the dearest scope of 1,500 sites",
        scopes.pages,
        "ms",
        at_most=50,
    ),
    Row(
        "groups",
        "Grouped views of the same orders, in the dearest scope",
        scopes.groups,
        "×",
        "an administrator's, same run",
        at_most=1.3,
    ),
    Row(
        "profit",
        "The profit of a year, by line and month, opens (a month in 1 s)",
        profit.opens,
        "s",
        "`sale.report` of the same order lines, same run",
        at_most=3,
    ),
    Row(
        "settlement",
        "A settlement: bytes of the file → stored, linked and classified lines",
        settlement.stored,
        "s",
        "Odoo's ORM, same run",
        at_most=20,
    ),
    Row(
        "posting",
        "The same settlement: stored lines → posted and proven entries",
        settlement.posted,
        "s",
        at_most=3,
    ),
    Row(
        "invoices",
        "Shipped FBA orders → posted invoices, one scheduled action",
        invoices.billed,
        "invoices/s",
        "one at a time, same run",
        at_least=40,
    ),
)
