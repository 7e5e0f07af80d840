"""A local Amazon with a backlog: its pages are written before anybody asks for them."""

import json
import zlib
from collections import Counter
from dataclasses import replace
from datetime import datetime, timezone

from odoo.addons.acorn_amazon.simulator import Simulator, World
from odoo.addons.acorn_amazon.simulator.answers import Answer
from odoo.addons.acorn_amazon.simulator.app import Application
from odoo.addons.acorn_amazon.simulator.world.orders import DATASETS

ACCOUNT = "eu"
PAGE = 100  # orders, as the channel asks for them
EVERYTHING = set(DATASETS.values())
FAST = 100_000  # times Amazon's own rate: the limiter is there and keeps nobody waiting


class _Application(Application):
    """Answers a search with the next of the pages; all else as ever."""

    def carry_out(self, call):
        if call.operation == "searchOrders":
            call.route = replace(call.route, handler=self.world.next_page)
        return super().carry_out(call)


class _Simulator(Simulator):
    application = _Application


class BacklogWorld(World):
    """A world whose orders exist as pages only."""

    def __init__(self, **options):
        super().__init__(history=0, orders_per_hour=0, **options)
        self.set_options(rate_scale=FAST)
        self.pages = []

    def next_page(self, call):
        """The page that the token names, else the first one; after the last, nothing:
        no order has changed since."""
        place = int(call.query.get("paginationToken", 0))
        if place >= len(self.pages):
            return Answer(200, {"orders": []})
        page = zlib.decompress(self.pages[place])
        if place == len(self.pages) - 1:
            self.pages = []
        return Answer(200, page, {"Content-Type": "application/json"})


class Backlog:
    """The local Amazon, and what is placed there.

    :param skus: what buyers choose from
    """

    def __init__(self, skus):
        self.skus = skus
        self.world = BacklogWorld()
        self.placed = 0

    def __enter__(self):
        self._server = _Simulator(self.world, validate=False).start()
        self.url = self._server.url
        return self

    def __exit__(self, *_error):
        self._server.stop()

    def write_pages(self, kinds, count):
        """Replace the backlog by ``count`` new orders, in turn of these kinds."""
        pages = []
        last = -(-count // PAGE) - 1
        for place in range(last + 1):
            size = min(PAGE, count - place * PAGE)
            orders = [self._order(kinds[n % len(kinds)]) for n in range(size)]
            body = {"orders": orders}
            if place < last:
                body["pagination"] = {"nextToken": str(place + 1)}
            text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
            pages.append(zlib.compress(text.encode(), 1))
        self.world.pages = pages

    def _order(self, kind):
        """Two lines with Amazon's tax and shipping, as Amazon shows them."""
        moment = datetime.now(timezone.utc)
        self.placed += 1
        with self.world.changing() as now:
            raw = self.world.place_order(
                self._lines(), account=ACCOUNT, created=moment, updated=moment, **kind
            )
            entry = self.world.orders.get(raw["orderId"])
            shown = entry.view(EVERYTHING, now, True)
            self.world.orders.remove(entry.id)
        return shown

    def _lines(self):
        first = self.placed * 7 % len(self.skus)
        second = (first + 1 + self.placed % (len(self.skus) - 1)) % len(self.skus)
        return [
            {"sku": self.skus[first], "quantity": 1, "price": "19.90"},
            {"sku": self.skus[second], "quantity": 2, "price": "7.45"}
            | {"shipping": "3.99"},
        ]

    def calls(self):
        """How often each operation was called since ``forget_calls``."""
        return Counter(call["operation"] for call in self.world.show_calls())


FBA = {"site": "DE", "fulfilled_by": "AMAZON", "status": "SHIPPED"}
FBM = {"site": "DE", "fulfilled_by": "MERCHANT", "status": "UNSHIPPED"}
# Leaves another warehouse: work that a second lane can take.
FBM_ELSEWHERE = {**FBM, "site": "FR"}
