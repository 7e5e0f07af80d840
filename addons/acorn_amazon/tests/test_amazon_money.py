from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from .common import AmazonCase

KINDS = ("transaction", "payout", "product_day")
MUG = "OAK-MUG-4"


@tagged("post_install", "-at_install")
class TestAmazonMoney(AmazonCase):
    """Transactions, payouts and product days come from the local Amazon into Odoo."""

    def setUp(self):
        super().setUp()
        if "acorn.transaction" not in self.env:
            self.skipTest("acorn_finance is not installed")
        self.keep_streams((*KINDS, "settlement"), ("DE",))
        self.world.set_options(deferred=["DD7"], running_costs=True)

    def sell(self, price="30.00"):
        line = {"sku": MUG, "quantity": 1, "price": price}
        wishes = {"status": "SHIPPED", "fulfilled_by": "AMAZON", "tax": "usual"}
        return self.place(line, **wishes)

    def later(self, **duration):
        self.world.clock.advance(**duration)
        self.drain()

    def found(self, model):
        return self.env[model].search([("shop_id", "=", self.shop.id)])

    def stream(self, kind):
        return self.shop.stream_ids.filtered(lambda s: s.kind == kind)

    def test_a_deferred_sale_is_shown_until_its_release_pays_it(self):
        ref = self.sell()
        self.later(minutes=10)
        [held] = self.found("acorn.transaction").filtered("order_ref")
        self.assertEqual((held.order_ref, held.status), (ref, "deferred"))
        self.assertEqual(held.site_id, self.site("DE"))
        self.assertEqual(held.currency_id.name, "EUR")
        self.assertTrue(held.matures_at)
        total = sum(held.line_ids.mapped("amount"))
        self.assertEqual(held.currency_id.compare_amounts(total, held.total), 0)
        [goods] = held.line_ids.filtered(lambda line: line.nature == "sale")
        self.assertEqual((goods.sku, goods.amount), (MUG, 30.0))
        self.later(days=9)
        both = self.found("acorn.transaction").filtered(lambda t: t.order_ref == ref)
        self.assertEqual(
            sorted(both.mapped("status")), ["deferred_released", "released"]
        )
        self.assertEqual(held.status, "deferred_released")
        self.assertEqual((both - held).deferred_ref, held.ref)

    def test_what_is_told_again_is_stored_no_second_time(self):
        self.sell()
        self.later(minutes=10)
        messages = self.env["acorn.message"].search(
            [("shop_id", "=", self.shop.id), ("kind", "in", KINDS)]
        )
        self.assertTrue(messages)
        self.assertEqual(set(messages.mapped("state")), {"done"})
        before = {each.id: each.received_at for each in messages}
        self.later(minutes=10)
        self.assertEqual({each.id: each.received_at for each in messages}, before)

    def test_a_payout_until_it_is_paid(self):
        self.world.set_options(deferred=[], running_costs=False)
        self.sell("300.00")
        self.later(days=16)
        [payout] = self.found("acorn.payout").filtered("amount")
        [settlement] = [each for each in self.world.settlements("eu") if each.total]
        self.assertEqual(payout.amount, float(settlement.total))
        self.assertEqual(payout.trace_ref, settlement.trace)
        self.world.clock.freeze(settlement.deposited + timedelta(hours=1))
        self.drain()
        self.assertEqual(payout.status, "paid")

    def test_a_settlement_its_transactions_and_its_payout_are_the_same_money(self):
        self.world.set_options(deferred=[], running_costs=False)
        self.sell("300.00")
        self.sell("20.00")
        self.later(days=15)
        self.later(days=2)
        settlement = self.found("acorn.settlement")
        [told] = self.world.settlements("eu")
        self.assertEqual(
            (settlement.ref, settlement.total), (told.ref, float(told.total))
        )
        transactions = self.found("acorn.transaction").filtered("order_ref")
        self.assertEqual(len(transactions), 2)
        self.assertEqual(transactions.settlement_id, settlement)
        reserves = float(told.previous_reserve + told.current_reserve)
        money = sum(transactions.mapped("total")) + reserves
        self.assertEqual(told.total, round(Decimal(money), 2))
        payout = self.found("acorn.payout")
        self.assertEqual(payout.settlement_ids, settlement)
        self.assertEqual((payout.amount, payout.status), (settlement.total, "paid"))
        lines = self.env["acorn.settlement.line"].search(
            [("settlement_id", "=", settlement.id)]
        )
        for nature in ("sale", "referral", "fulfilment"):
            here = lines.filtered(lambda line, nature=nature: line.nature == nature)
            there = transactions.line_ids.filtered(
                lambda line, nature=nature: line.nature == nature
            )
            self.assertTrue(here, nature)
            self.assertAlmostEqual(
                sum(here.mapped("amount")), sum(there.mapped("amount")), 2
            )

    def test_each_day_of_a_product(self):
        self.sell()
        for _round in range(2):
            self.later(days=1)
            self.later(minutes=5)
        days = self.found("acorn.product.day")
        self.assertEqual(days.site_id, self.site("DE"))
        [mug] = days.filtered(lambda day: day.sku == MUG and day.units)
        self.assertEqual((mug.sales, mug.currency_id.name), (30.0, "EUR"))
        self.assertGreater(sum(days.mapped("ad_cost")), 0)

    def test_a_missing_role_closes_one_stream_and_the_others_go_on(self):
        self.world.set_account("eu", denied=["listTransactions"])
        self.sell()
        self.later(minutes=10)
        self.assertEqual(self.stream("transaction").state, "closed")
        self.assertIn("Finance and Accounting", self.stream("transaction").error)
        self.assertEqual(self.stream("payout").state, "running")
        self.assertEqual(self.shop.state, "live")
        self.assertTrue(self.alerts("stream"))
        self.world.set_account("eu", denied=[])
        self.later(hours=2)
        self.assertEqual(self.stream("transaction").state, "running")
        self.assertTrue(self.found("acorn.transaction"))
