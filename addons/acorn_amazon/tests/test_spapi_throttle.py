import re
import threading

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.acorn_base.channel import RetryLater

from ..spapi.throttle import RATES, MemoryThrottle, Rate, Steady, refill, wait
from .common_pure import PureCase, amazon_model

MODELS = {
    "orders_2026-01-01.json": ("searchOrders", "getOrder"),
    "ordersV0.json": ("confirmShipment",),
    "sellers.json": ("getMarketplaceParticipations",),
    "reports_2021-06-30.json": ("createReport", "getReport", "getReportDocument"),
    "listingsItems_2021-08-01.json": (
        "getListingsItem",
        "patchListingsItem",
        "searchListingsItems",
    ),
    "feeds_2021-06-30.json": (
        "createFeedDocument",
        "createFeed",
        "getFeed",
        "getFeeds",
        "getFeedDocument",
    ),
}

rates = st.builds(Rate, st.floats(0.001, 100), st.integers(1, 50))
seconds = st.floats(0, 1e6)


class TestThrottle(PureCase):
    def setUp(self):
        super().setUp()
        self.now = 0.0

    def throttle(self, buckets=None, app="app", partner="partner"):
        buckets = {} if buckets is None else buckets
        return MemoryThrottle(partner, app, buckets=buckets, clock=lambda: self.now)

    def drain(self, throttle, operation):
        """Spend all there is; return how much that was, and the error at the end."""
        spent = 0
        while True:
            try:
                throttle.spend(operation)
            except RetryLater as error:
                return spent, error
            spent += 1

    def test_rates_are_those_of_amazons_models(self):
        for name, operations in MODELS.items():
            found = _plans(amazon_model(name))
            for operation in operations:
                rate = RATES[operation]
                expected = (rate.per_second, rate.burst)
                self.assertEqual(found[operation], expected, operation)

    def test_a_full_bucket_gives_its_burst_then_says_when_to_come_back(self):
        throttle = self.throttle()
        spent, error = self.drain(throttle, "searchOrders")
        self.assertEqual(spent, 20)
        self.assertAlmostEqual(error.seconds, 1 / 0.0056)
        self.assertEqual(error.code, "throttled")
        self.assertFalse(error.unknown_outcome)
        self.now += error.seconds
        throttle.spend("searchOrders")
        self.assertEqual(self.drain(throttle, "searchOrders")[0], 0)

    def test_buckets_of_other_accounts_apps_and_operations_are_their_own(self):
        buckets = {}
        self.drain(self.throttle(buckets), "createReport")
        self.throttle(buckets).spend("getReport")
        self.throttle(buckets, app="other").spend("createReport")
        self.throttle(buckets, partner="other").spend("createReport")
        with self.assertRaises(RetryLater):
            self.throttle(buckets).spend("createReport")

    def test_a_learned_rate_counts_from_now_on(self):
        throttle = self.throttle()
        self.drain(throttle, "searchOrders")
        throttle.learn("searchOrders", 2)
        self.assertAlmostEqual(self.drain(throttle, "searchOrders")[1].seconds, 0.5)

    def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing(self):
        rate = Rate(1, 10)
        self.assertEqual(refill(3, 100, 50, rate), 3)

    @given(rates, seconds, seconds)
    def test_filling_in_two_steps_is_filling_in_one(self, rate, first, second):
        once = refill(0, 0, first + second, rate)
        twice = refill(refill(0, 0, first, rate), first, first + second, rate)
        self.assertAlmostEqual(once, twice, delta=1e-6 * rate.burst + 1e-6)
        self.assertLessEqual(once, rate.burst)

    @given(rates, st.floats(0, 1))
    def test_after_the_wait_there_is_a_token_and_not_before(self, rate, tokens):
        pause = wait(tokens, rate)
        self.assertEqual(wait(refill(tokens, 0, pause, rate), rate), 0)
        if pause > 1e-6:
            self.assertGreater(wait(refill(tokens, 0, pause * 0.9, rate), rate), 0)

    @given(rates, st.lists(st.floats(0, 100), max_size=60))
    def test_never_more_calls_than_burst_and_time_allow(self, rate, pauses):
        tokens, last, now, calls = float(rate.burst), 0.0, 0.0, 0
        for pause in pauses:
            now += pause
            tokens, last = refill(tokens, last, now, rate), now
            if not wait(tokens, rate):
                tokens, calls = tokens - 1, calls + 1
        self.assertLessEqual(calls, rate.burst + now * rate.per_second + 1e-6)

    def test_a_steady_throttle_waits_for_what_comes_at_once(self):
        waits = []

        def sleep(seconds):
            waits.append(seconds)
            self.now += seconds

        steady = Steady(self.throttle(), sleep=sleep)
        for _number in range(300):
            steady.spend("patchListingsItem")
        # After the burst, five a second; one token stays.
        self.assertEqual(len(waits), 296)
        self.assertAlmostEqual(self.now, 296 / 5)
        self.assertEqual(len([s for s in waits if s > 0.21]), 0)

    def test_a_steady_throttle_does_not_wait_for_long(self):
        waits = []
        steady = Steady(self.throttle(), sleep=waits.append)
        for _number in range(14):
            steady.spend("createFeed")
        with self.assertRaises(RetryLater):
            steady.spend("createFeed")
        self.assertFalse(waits)

    def test_threads_never_spend_one_token_twice(self):
        throttle, spent = self.throttle(), []

        def work():
            spent.append(self.drain(throttle, "getOrder")[0])

        threads = [threading.Thread(target=work) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sum(spent), RATES["getOrder"].burst)


def _plans(model):
    """Return the usage plans, which the models tell in the text of each operation."""
    plans = {}
    for path in model["paths"].values():
        for operation in path.values():
            if not isinstance(operation, dict):
                continue
            row = re.search(
                r"\| (?:Default \| )?([\d.]+) \| ([\d.]+) \|", operation["description"]
            )
            if row:
                plans[operation["operationId"]] = (float(row[1]), float(row[2]))
    return plans
