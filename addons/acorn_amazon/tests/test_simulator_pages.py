"""The local Amazon: pages that come twice, calls that are held, late changes."""

import threading
from datetime import timedelta

from odoo.tests import BaseCase

from ..simulator.faults import Gate
from .test_simulator import SimulatorCase
from .test_simulator_orders import ago, ids


class TestPages(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.orders = [self.place(age=60 - number)["orderId"] for number in range(4)]
        self.world.set_options(page_limit=2)

    def pages(self, kind):
        """The pages a client sees that follows each token it is given."""
        self.world.add_fault(operation="searchOrders", kind=kind, skip=1)
        query, pages = {"lastUpdatedAfter": ago(days=1)}, []
        while True:
            reply = self.search(**query)
            pages.append(ids(reply))
            if "pagination" not in reply.body:
                return pages
            query["paginationToken"] = reply.body["pagination"]["nextToken"]

    def test_a_page_comes_twice(self):
        first, second = self.orders[:2], self.orders[2:]
        self.assertEqual(self.pages("repeat_page"), [first, first, second])

    def test_an_order_comes_on_two_pages(self):
        first, second = self.orders[:2], self.orders[1:]
        self.assertEqual(self.pages("overlap_page"), [first, second])

    def test_a_first_page_is_as_usual(self):
        self.world.add_fault(operation="searchOrders", kind="repeat_page")
        self.assertEqual(ids(self.search()), self.orders[:2])


class TestLate(SimulatorCase):
    def test_a_change_is_found_when_it_is_known(self):
        self.world.set_options(late_seconds=600)
        order = self.place(age=60)["orderId"]
        self.assertEqual(ids(self.search()), [])
        self.pass_time(minutes=10)
        self.assertEqual(ids(self.search()), [order])

    def test_a_change_may_tell_a_time_in_the_past(self):
        order = self.place(age=60)["orderId"]
        moment = self.world.clock.now() - timedelta(minutes=9)
        self.world.touch_order(order, updated=moment.isoformat())
        [shown] = self.search().body["orders"]
        self.assertEqual(shown["lastUpdatedTime"], ago(minutes=9))


class TestGate(BaseCase):
    def test_calls_are_held_until_they_are_let_go(self):
        gate, done = Gate(), []
        thread = threading.Thread(
            target=lambda: (gate.hold("a call"), done.append(True))
        )
        thread.start()
        while not gate.held():
            pass
        self.assertEqual((gate.held(), done), (["a call"], []))
        self.assertEqual(gate.open(), 1)
        thread.join(5)
        self.assertEqual((gate.held(), done), ([], [True]))
