from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.acorn_base.channel import BULK, DETAIL

from ..pull import history, order_report
from ..spapi import orders
from ..spapi.throttle import RATES, reserve
from .common import AmazonCase

SEARCH = "searchOrders"


@tagged("post_install", "-at_install")
class TestAmazonHistory(AmazonCase):
    """A long history comes from the local Amazon into Odoo, beside new orders."""

    def setUp(self):
        super().setUp()
        self.product("MUG")
        # Their reports would use up what Amazon allows of those of history.
        self.keep_streams(("order",), ())
        self.drain()
        self.world.calls.clear()

    def place_old(self, *ages, **wishes):
        now = self.world.clock.now()
        return [
            self.world.place_order(
                [{"sku": "MUG", "quantity": 2, "price": "10.00"}],
                wishes.get("site", "DE"),
                created=now - timedelta(days=age),
                updated=now - timedelta(days=age),
                status="SHIPPED",
                fulfilled_by=wishes.get("fulfilled_by", "AMAZON"),
            )["orderId"]
            for age in ages
        ]

    def place_new(self):
        now = self.world.clock.now()
        line = {"sku": "MUG", "quantity": 1, "price": "10.00"}
        wishes = {"status": "UNSHIPPED", "fulfilled_by": "MERCHANT"}
        raw = self.world.place_order([line], "DE", created=now, updated=now, **wishes)
        return raw["orderId"]

    def import_history(self, **values):
        """Press Import History, answer the wizard; return what it estimated."""
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            shop = self.shop.with_env(self.env(cr=cr))
            action = shop.action_import_history()
            wizard = shop.env[action["res_model"]].browse(action["res_id"])
            wizard.write(values)
            told = wizard.read(["notice", "cheapest_estimate", "detail_estimate"])[0]
            wizard.action_import()
        self.env.invalidate_all()
        return told

    def drain_all(self, rounds=20):
        """Work as lanes do while Amazon makes its reports."""
        for _round in range(rounds):
            self.world.clock.advance(minutes=1)
            self.shop.window_ids._make_due()
            self.drain()
            if self.shop.history_state != "running":
                break

    def asked(self, operation):
        return [c.operation for c in self.world.calls].count(operation)

    def test_half_a_year_comes_for_a_few_calls(self):
        old = self.place_old(*range(70, 170, 5)) + self.place_old(65, site="FR")
        recent = self.place_old(2, 20, 50)
        self.patch(history, "PAGE_SIZE", 1)  # or so few orders would come in detail
        told = self.import_history(days=180)
        self.assertRegex(told["cheapest_estimate"], r"About 24 orders, 4 reports")
        self.assertRegex(told["detail_estimate"], r"About 24 orders, \d+ calls")
        new = self.place_new()
        self.world.clock.advance(minutes=5)
        self.drain_all()
        self.assertEqual(self.shop.history_state, "done")
        self.assertEqual(self.shop.history_done, 24)
        for refs, provisional in ((old, True), ([*recent, new], False)):
            sales = self.env["sale.order"].search([("acorn_ref", "in", refs)])
            self.assertEqual(len(sales), len(refs))
            self.assertEqual(set(sales.mapped("acorn_provisional")), {provisional})
        sale = self.sale(old[0])
        self.assertEqual((sale.acorn_status, sale.state), ("shipped", "sale"))
        self.assertAlmostEqual(sale.amount_total + sale.acorn_channel_tax, 20)
        self.assertEqual(self.asked("getOrder"), 0)
        kinds = [c.body["reportType"] for c in self.world.calls if c.body]
        self.assertEqual(kinds.count(order_report.BY_ORDER_DATE), 4)
        done = self.shop.window_ids.grouped("source")
        self.assertEqual(sum(done[BULK].mapped("stored")), len(old))
        self.assertEqual(sum(done[DETAIL].mapped("stored")), len(recent))

    def test_what_goes_wrong_on_the_way_loses_and_doubles_nothing(self):
        self.patch(orders, "PAGE_SIZE", 10)
        old = self.place_old(*[3 + n / 100 for n in range(25)])
        self.import_history(days=30)
        for kind in ("html", "empty", "truncated", "reset"):
            self.world.add_fault(operation=SEARCH, kind=kind)
            self.drain_history()  # fails
            self.shop.window_ids._make_due()
            self.drain_history()  # brings a page
            self.shop.window_ids._make_due()
        self.drain_all()
        self.assertEqual(self.shop.history_state, "done")
        sales = self.env["sale.order"].search([("acorn_ref", "in", old)])
        self.assertEqual(len(sales), len(old))
        self.assertEqual(self.shop.window_ids.stored, len(old))

    def test_without_the_role_the_import_runs_and_says_why_it_cannot_count(self):
        self.world.set_account(self.account_key, denied=["getOrderMetrics"])
        [ref] = self.place_old(3)
        told = self.import_history(days=10)
        self.assertIn("Inventory and Order Tracking", told["notice"])
        self.assertIn("unknown number", told["cheapest_estimate"])
        self.drain_all()
        self.assertTrue(self.sale(ref))

    def test_a_long_history_leaves_the_live_stream_its_calls(self):
        """Whatever is asked for of history, a new order comes on time."""
        self.patch(orders, "PAGE_SIZE", 2)
        old = self.place_old(*[3 + n / 1000 for n in range(40)])
        self.import_history(days=30)
        for _round in range(20):
            self.shop.window_ids._make_due()
            self.drain_history()
        rate = RATES[SEARCH]
        self.assertLessEqual(self.asked(SEARCH), rate.burst - reserve(rate))
        [window] = self.shop.window_ids
        self.assertEqual(window.state, "running")
        self.assertIn("Amazon's limit of calls", window.error)
        self.assertLess(window.stored, len(old))
        new = self.place_new()
        self.world.clock.advance(minutes=5)
        self.drain()
        self.assertTrue(self.sale(new))

    def drain_history(self):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            windows = self.shop.window_ids.with_env(self.env(cr=cr))
            windows._pull_due(float("inf"), most=1)
        self.env.invalidate_all()
