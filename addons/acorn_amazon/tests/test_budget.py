from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons.acorn_base.channel import UTC, RetryLater
from odoo.addons.acorn_base.short_cursor import run_apart
from odoo.addons.acorn_base.tests.common import SecretKeyMixin

from ..models.acorn_amazon_budget import Throttle
from ..models.acorn_amazon_token import TokenStore
from ..spapi.throttle import RATES, Patient, Rate, refill, reserve, wait

SEARCH = "searchOrders"
RATE = RATES[SEARCH]
MINE = {"account": "A2TESTBUDGET01", "client": "amzn1.client", "region": "na"}


class RealCursorsCase(SecretKeyMixin, TransactionCase):
    """Works with several real transactions, and leaves nothing behind."""

    def setUp(self):
        super().setUp()
        self.addCleanup(
            run_apart,
            self.registry,
            SQL("DELETE FROM acorn_amazon_budget WHERE account = %s", MINE["account"]),
        )
        self.throttle = Throttle(self.registry, **MINE)

    def spend(self, operation=SEARCH, **other):
        """Return 0 when there was a token, else the seconds until there is one."""
        try:
            Throttle(self.registry, **{**MINE, **other}).spend(operation)
        except RetryLater as error:
            return error.seconds
        return 0

    def drain(self):
        for _call in range(RATE.burst):
            self.throttle.spend(SEARCH)

    def pass_time(self, seconds):
        run_apart(
            self.registry,
            SQL(
                "UPDATE acorn_amazon_budget SET filled_at = filled_at - %s"
                " WHERE account = %s",
                timedelta(seconds=seconds),
                MINE["account"],
            ),
        )

    def bucket(self):
        """Return the row as everybody sees it."""
        [[tokens, rate]] = run_apart(
            self.registry,
            SQL(
                "SELECT tokens, rate FROM acorn_amazon_budget WHERE account = %s",
                MINE["account"],
            ),
        )
        return tokens, rate


@tagged("post_install", "-at_install")
class TestBudget(RealCursorsCase):
    def test_as_many_calls_as_the_burst_are_made_at_once(self):
        for _call in range(RATE.burst):
            self.assertFalse(self.spend())
        self.assertAlmostEqual(self.spend(), RATE.period, delta=1)

    def test_after_the_seconds_it_told_there_is_a_token(self):
        self.drain()
        seconds = self.spend()
        self.pass_time(seconds / 2)
        self.assertAlmostEqual(self.spend(), seconds / 2, delta=1)
        self.pass_time(seconds / 2)
        self.assertFalse(self.spend())
        self.assertTrue(self.spend())

    def test_it_counts_as_the_arithmetic_of_the_channel_does(self):
        self.drain()
        tokens = self.bucket()[0]
        for seconds in (1, 60, 170):
            self.pass_time(seconds)
            tokens = refill(tokens, 0, seconds, RATE)
            self.assertAlmostEqual(self.spend(), wait(tokens, RATE), delta=1)
            self.pass_time(-seconds)
            tokens = refill(tokens, 0, -seconds, RATE) - seconds * RATE.per_second

    def test_a_bucket_holds_no_more_than_the_burst(self):
        self.spend()
        self.pass_time(10 * 24 * 3600)
        self.spend()
        self.assertAlmostEqual(self.bucket()[0], RATE.burst - 1, places=3)

    def test_a_clock_that_was_put_back_costs_nothing(self):
        self.spend()
        self.pass_time(-3600)
        self.assertFalse(self.spend())

    def test_each_operation_account_app_and_region_has_its_own(self):
        self.drain()
        self.assertFalse(self.spend("getOrder"))
        self.assertFalse(self.spend(client="amzn1.other"))
        self.assertFalse(self.spend(region="eu"))
        self.assertTrue(self.spend())

    def test_the_rate_that_amazon_tells_is_kept(self):
        self.drain()
        self.throttle.learn(SEARCH, 0.5)
        self.assertEqual(self.bucket()[1], 0.5)
        self.assertAlmostEqual(self.spend(), 2, delta=0.5)

    def test_what_flowed_in_at_the_earlier_rate_stays_in(self):
        self.drain()
        self.pass_time(RATE.period * 3)
        self.throttle.learn(SEARCH, 0.0001)
        for _call in range(3):
            self.assertFalse(self.spend())
        self.assertAlmostEqual(self.spend(), 10_000, delta=10)

    def test_what_can_wait_leaves_tokens_for_what_is_asked_for_now(self):
        patient = Patient(self.throttle)
        kept = reserve(RATE)
        for _call in range(RATE.burst - kept):
            patient.spend(SEARCH)
        with self.assertRaises(RetryLater) as caught:
            patient.spend(SEARCH)
        self.assertAlmostEqual(caught.exception.seconds, RATE.period, delta=1)
        for _call in range(kept):
            self.assertFalse(self.spend(), "the live stream still has its calls")
        self.assertTrue(self.spend())
        self.pass_time(RATE.period * (kept + 1))
        patient.spend(SEARCH)

    def test_the_rate_is_amazons_once_it_has_told_it(self):
        self.assertEqual(self.throttle.rate(SEARCH), RATE)
        self.spend()
        self.assertEqual(self.throttle.rate(SEARCH), RATE)
        self.throttle.learn(SEARCH, 0.5)
        self.assertEqual(self.throttle.rate(SEARCH), Rate(0.5, RATE.burst))

    def test_a_rollback_of_the_caller_refunds_nothing(self):
        with self.registry.cursor() as caller:
            caller.execute("SELECT 1")
            self.throttle.spend(SEARCH)
            caller.rollback()
        self.assertAlmostEqual(self.bucket()[0], RATE.burst - 1, places=3)

    def test_no_row_is_locked_after_spending(self):
        with self.registry.cursor() as caller:
            caller.execute("SELECT 1")  # the caller's transaction is under way
            self.throttle.spend(SEARCH)
            caller.execute(
                "SELECT id FROM acorn_amazon_budget"
                " WHERE account = %s FOR UPDATE NOWAIT",
                [MINE["account"]],
            )

    def test_parallel_workers_never_spend_a_token_twice(self):
        workers, calls = 6, 10
        with ThreadPoolExecutor(workers) as pool:
            waits = list(pool.map(lambda _call: self.spend(), range(workers * calls)))
        self.assertEqual(waits.count(0), RATE.burst)

    def test_it_works_within_a_test_of_the_registry(self):
        with self.enter_registry_test_mode():
            self.drain()
            self.assertTrue(self.spend())


@tagged("post_install", "-at_install")
class TestTokenStore(RealCursorsCase):
    KEY = "digest of the credentials"

    def setUp(self):
        super().setUp()
        self.addCleanup(
            run_apart,
            self.registry,
            SQL("DELETE FROM acorn_amazon_token WHERE key = %s", self.KEY),
        )
        self.store = TokenStore(self.registry, -1)

    def keep(self, token, **lifetime):
        self.store.set(self.KEY, token, datetime.now(UTC) + timedelta(**lifetime))

    def test_a_token_is_shared_until_it_expires(self):
        self.assertIsNone(self.store.get(self.KEY))
        self.keep("Atza|one", minutes=50)
        self.assertEqual(TokenStore(self.registry, -1).get(self.KEY), "Atza|one")
        self.keep("Atza|two", minutes=50)
        self.assertEqual(self.store.get(self.KEY), "Atza|two")
        self.keep("Atza|three", seconds=-1)
        self.assertIsNone(self.store.get(self.KEY))

    def test_a_token_survives_a_rollback_of_the_caller(self):
        with self.registry.cursor() as caller:
            caller.execute("SELECT 1")
            self.keep("Atza|one", minutes=50)
            caller.rollback()
        self.assertEqual(self.store.get(self.KEY), "Atza|one")

    def test_what_is_stored_is_encrypted(self):
        self.keep("Atza|one", minutes=50)
        rows = run_apart(self.registry, SQL("SELECT t::text FROM acorn_amazon_token t"))
        self.assertNotIn("Atza", repr(rows))

    def test_tokens_of_a_shop_are_forgotten(self):
        self.keep("Atza|one", minutes=50)
        self.env["acorn.amazon.token"]._forget(self.env["acorn.shop"].browse(-1))
        self.assertIsNone(self.store.get(self.KEY))

    def test_expired_tokens_are_swept_away(self):
        with self.enter_registry_test_mode():
            self.keep("Atza|one", seconds=-1)
            self.env["acorn.amazon.token"]._gc_expired()
            domain = [("key", "=", self.KEY)]
            self.assertFalse(self.env["acorn.amazon.token"].search(domain))
