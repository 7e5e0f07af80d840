"""The local Amazon: its rate limits, and everything that can go wrong on the way."""

import http.client
import json
import time

from odoo.tests import BaseCase

from ..simulator import World
from ..simulator.clock import Clock
from ..simulator.faults import Faults
from ..simulator.throttle import PLANS, Throttle
from .test_simulator import ORDERS, START, SimulatorCase
from .test_simulator_shipments import ShipmentCase

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"


class TestThrottle(SimulatorCase):
    def make_world(self):
        return World.quiet(clock=Clock(START, scale=0))

    def good_searches(self, **options):
        """How many searches Amazon answers before it has enough."""
        count = 0
        while (reply := self.search(maxResultsPerPage=1, **options)).status == 200:
            count += 1
        self.assertEqual(reply.status, 429)
        self.assertEqual(
            reply.error,
            (
                "QuotaExceeded",
                "You exceeded your quota for the requested resource.",
                "",
            ),
        )
        self.assertEqual(reply.headers["x-amzn-RateLimit-Limit"], "0.0056")
        return count

    def test_twenty_searches_and_then_one_in_three_minutes(self):
        self.assertEqual(self.good_searches(), 20)
        self.pass_time(seconds=178)
        self.assertEqual(self.good_searches(), 0)
        self.pass_time(seconds=1)
        self.assertEqual(self.good_searches(), 1)
        self.pass_time(minutes=59)
        self.tokens.clear()
        self.assertEqual(self.good_searches(), 19)

    def test_accounts_and_operations_have_their_own(self):
        self.good_searches()
        self.assertEqual(self.search(key="na").status, 200)
        self.assertEqual(self.get(PARTICIPATIONS).status, 200)

    def test_calls_that_are_wrong_cost_as_much(self):
        for _n in range(20):
            self.assertInvalid(self.search(maxResultsPerPage=0))
        self.assertEqual(self.search().status, 429)

    def test_calls_that_are_not_let_in_cost_nothing(self):
        for _n in range(20):
            self.search(token="Atza|wrong")
        self.assertEqual(self.search().status, 200)

    def test_it_can_be_faster_or_off(self):
        self.world.set_options(rate_scale=100)
        for _n in range(20):
            self.search()
        reply = self.search()
        self.assertEqual(reply.headers["x-amzn-RateLimit-Limit"], "0.56")
        self.pass_time(seconds=2)
        self.assertEqual(self.search().status, 200)
        self.world.set_options(throttled=False)
        for _n in range(25):
            self.assertEqual(self.search().status, 200)


class TestBuckets(BaseCase):
    def test_a_bucket_never_holds_more_than_its_burst(self):
        throttle, clock = Throttle(), Clock(START, scale=0)

        def take():
            return throttle.take("eu", "app", "confirmShipment", clock.now())

        rate, burst = PLANS["confirmShipment"]
        for pause in (0, 1000):
            clock.advance(seconds=pause)
            self.assertEqual(
                [take() for _n in range(burst + 1)], [True] * burst + [False]
            )
        clock.advance(seconds=1)
        self.assertEqual([take() for _n in range(rate + 1)], [True] * rate + [False])


class TestFaults(SimulatorCase):
    def fault(self, kind="status", **values):
        self.world.add_fault(kind=kind, **{"operation": "searchOrders"} | values)

    def hangs_up(self):
        with self.assertRaises((http.client.HTTPException, ConnectionError)):
            self.search()
        self.connection.close()

    def test_any_answer(self):
        body = {"errors": [{"code": "InternalFailure", "message": "", "details": ""}]}
        self.fault(status=500, body=body, headers={"x-amzn-ErrorType": "Internal"})
        reply = self.search()
        self.assertEqual((reply.status, reply.body), (500, body))
        self.assertEqual(reply.headers["x-amzn-ErrorType"], "Internal")
        self.assertEqual(self.search().status, 200)

    def test_a_page_of_the_load_balancer(self):
        self.fault("html")
        reply = self.search()
        self.assertEqual(
            (reply.status, reply.headers["Content-Type"]), (503, "text/html")
        )
        self.assertIn(b"<h1>503", reply.data)

    def test_nothing_at_all(self):
        self.fault("empty")
        reply = self.search()
        self.assertEqual((reply.status, reply.body), (200, {}))

    def test_half_an_answer(self):
        self.fault("truncated")
        with self.assertRaises(http.client.IncompleteRead) as caught:
            self.search()
        self.connection.close()
        whole = self.search().data
        self.assertEqual(caught.exception.partial, whole[: len(whole) // 2])

    def test_hanging_up(self):
        self.fault("reset")
        begin = time.monotonic()
        self.hangs_up()
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(self.search().status, 200)

    def test_being_slow(self):
        self.fault("delay", seconds=0.2)
        begin = time.monotonic()
        self.assertEqual(self.search().status, 200)
        self.assertGreater(time.monotonic() - begin, 0.2)

    def test_which_calls_it_strikes(self):
        self.fault("empty", times=2)
        self.fault("html", account="na")
        self.assertEqual(self.get(PARTICIPATIONS).status, 200)
        bodies = [self.search().body for _n in range(3)]
        self.assertEqual(bodies[:2], [{}, {}])
        self.assertIn("orders", bodies[2])
        self.assertEqual(self.search(key="na").status, 503)
        self.assertEqual(self.world.show_faults(), [])
        self.fault("html", operation="token")
        self.assertEqual(self.log_in().status, 503)
        self.fault("html", operation="*")
        self.assertEqual(self.get(PARTICIPATIONS).status, 503)

    def test_what_was_struck_is_told(self):
        self.search()
        self.fault("html")
        self.search()
        good, bad = self.world.show_calls("searchOrders")
        self.assertEqual((good["fault"], good["status"]), ("", 200))
        self.assertEqual((bad["fault"], bad["status"]), ("html", 503))

    def test_faults_can_be_taken_back(self):
        self.fault("html", times=100)
        self.world.clear_faults()
        self.assertEqual(self.search().status, 200)


class TestDice(BaseCase):
    def test_a_share_of_the_calls_is_struck_always_the_same(self):
        def struck(seed):
            world = World.quiet()
            world.add_fault(kind="html", times=10_000, share=0.2, seed=seed)
            return [bool(world.faults.take("getOrder", "eu")) for _n in range(1000)]

        self.assertEqual(struck(1), struck(1))
        self.assertNotEqual(struck(1), struck(2))
        self.assertAlmostEqual(sum(struck(3)), 200, delta=50)
        self.assertIsNone(Faults().take("getOrder", "eu"))


class TestLostAnswers(ShipmentCase):
    """A write whose answer does not arrive may have been carried out, or not."""

    def test_carried_out_or_not(self):
        for kind, is_done in (("reset", False), ("lost_answer", True)):
            self.world.add_fault(operation="confirmShipment", kind=kind)
            with self.assertRaises((http.client.HTTPException, ConnectionError)):
                self.confirm(self.parcel(mugs=1))
            self.connection.close()
            self.assertEqual(len(self.world.received_shipments()), is_done)
        self.assertEqual(self.state()[0], "PARTIALLY_SHIPPED")


class TestManyAtOnce(SimulatorCase):
    def test_requests_on_one_connection_follow_each_other(self):
        """Also those that were refused before anybody read their body."""
        wrong = json.dumps({"some": "body"})
        for method, path in (("POST", "/nowhere"), ("PUT", "/_sim/nowhere")):
            self.send(method, path, wrong)
            self.assertEqual(self.get(PARTICIPATIONS).status, 200)
        self.send("POST", ORDERS, wrong)
        self.assertEqual(self.control("GET", "health").status, 200)
