"""The local Amazon: money on the account, and the settlements that pay it."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from ..simulator import World
from ..simulator.clock import Clock
from ..simulator.snapshot import dump, load
from .common_pure import PureCase
from .test_simulator import START

MUG = {"sku": "OAK-MUG-4", "quantity": 2, "price": "20.00"}


def lines(event):
    """{(amount-type, description): amount} of an event."""
    found = Counter()
    for item in event.items:
        for amount in item.amounts:
            found[amount.settled_as] += amount.amount
    return dict(found)


class MoneyCase(PureCase):
    def setUp(self):
        super().setUp()
        self.world = self.make_world()

    def make_world(self):
        clock = Clock(START, 0.0)
        return World.quiet(clock=clock, deferred=[], reserve_share=0)

    def sell(self, site="DE", line=None, **wishes):
        wishes = {"status": "SHIPPED", "fulfilled_by": "AMAZON", **wishes}
        return self.world.place_order([line or MUG], site, **wishes)["orderId"]

    def only(self, account="eu"):
        [event] = self.world.money_events(account)
        return event

    def later(self, **duration):
        self.world.set_clock(advance=timedelta(**duration).total_seconds())


class TestEvents(MoneyCase):
    def test_vat_is_in_the_price_in_europe(self):
        self.sell("DE", tax="usual")
        event = self.only()
        told = lines(event)
        self.assertEqual(told["ItemPrice", "Principal"], Decimal("40.00"))
        self.assertEqual(told["ItemFees", "Commission"], Decimal("-6.00"))
        self.assertNotIn(("ItemPrice", "Tax"), told)
        self.assertLess(told["ItemFees", "FBAPerUnitFulfillmentFee"], 0)

    def test_amazon_collects_and_keeps_sales_tax_in_the_united_states(self):
        self.sell("US", tax="usual")
        told = lines(self.only("na"))
        self.assertEqual(told["ItemPrice", "Principal"], Decimal("40.00"))
        tax = told["ItemPrice", "Tax"]
        self.assertGreater(tax, 0)
        kept = told["ItemWithheldTax", "MarketplaceFacilitatorTax-Principal"]
        self.assertEqual(kept, -tax)

    def test_amazon_keeps_the_vat_that_it_hands_in(self):
        self.sell("DE", tax="ioss")
        told = lines(self.only())
        self.assertEqual(told["ItemPrice", "Principal"], Decimal("33.61"))
        self.assertEqual(told["ItemPrice", "Tax"], Decimal("6.39"))
        kept = told["ItemWithheldTax", "MarketplaceFacilitatorVAT-Principal"]
        self.assertEqual(kept, Decimal("-6.39"))

    def test_parts_that_leave_one_after_the_other_add_up_to_the_order(self):
        line = {"sku": "OAK-MUG-4", "quantity": 3, "price": "3.35"}
        order = self.sell("DE", line, status="UNSHIPPED")
        item = self.world.order(order)["orderItems"][0]["orderItemId"]
        self.world.set_status(order, "PARTIALLY_SHIPPED", {item: 1})
        self.later(hours=1)
        first = self.only()
        self.assertEqual(lines(first)["ItemPrice", "Principal"], Decimal("3.35"))
        self.world.edit_line(order, item, cancelled=1)
        self.world.set_status(order, "SHIPPED")
        events = self.world.money_events("eu")
        self.assertEqual(events[0], first)
        goods = sum(lines(each)["ItemPrice", "Principal"] for each in events)
        paid = self.world.order(order)["proceeds"]["grandTotal"]["amount"]
        self.assertEqual(goods, Decimal(paid))

    def test_nothing_moves_before_goods_leave(self):
        self.sell(status="UNSHIPPED")
        self.assertEqual(self.world.money_events("eu"), [])

    def test_a_refund_gives_back_what_was_paid_and_most_of_the_commission(self):
        order = self.sell()
        self.later(days=1)
        self.world.return_to_amazon(order, quantity=1)
        sale, refund = self.world.money_events("eu")
        told = lines(refund)
        self.assertEqual(told["ItemPrice", "Principal"], Decimal("-20.00"))
        self.assertEqual(told["ItemFees", "Commission"], Decimal("3.00"))
        self.assertEqual(told["ItemFees", "RefundCommission"], Decimal("-0.60"))
        self.assertEqual((sale.order, sale.type), (refund.order, "Shipment"))

    def test_a_seller_refunds_part_of_it(self):
        order = self.sell(fulfilled_by="MERCHANT", tax="usual")
        number = self.world.request_return(order)["number"]
        self.assertEqual(len(self.world.money_events("eu")), 1)
        self.later(hours=1)
        self.world.refund_return(number, "3.21")
        refund = self.world.money_events("eu")[-1]
        self.assertEqual(lines(refund)["ItemPrice", "Principal"], Decimal("-3.21"))
        self.assertEqual(refund.fulfilment, "MFN")

    def test_what_is_deferred_is_released_once(self):
        self.world.set_options(deferred=["DD7"])
        self.sell()
        held = self.only()
        self.assertEqual((held.status, held.deferral), ("DEFERRED", "DD7"))
        self.assertFalse(held.settles)
        self.later(days=9)
        held, release = self.world.money_events("eu")
        self.assertEqual(held.status, "DEFERRED_RELEASED")
        self.assertEqual(release.deferred_ref, held.ref)
        self.assertEqual(held.release_ref, release.ref)
        self.assertEqual(release.posted, held.matures)
        self.assertEqual([each.settles for each in (held, release)], [False, True])
        self.later(days=30)
        [settlement] = self.world.settlements("eu")
        self.assertEqual([each.ref for each in settlement.events], [release.ref])

    def test_costs_that_were_asked_for(self):
        self.world.charge("eu", "DE", "subscription", "-39.00")
        with self.assertRaises(ValueError):
            self.world.charge("eu", "DE", "gold", "-39.00")
        event = self.only()
        self.assertEqual(
            (event.settled_as, lines(event)),
            (
                "other-transaction",
                {("other-transaction", "Subscription Fee"): Decimal("-39.00")},
            ),
        )


class TestSettlements(MoneyCase):
    def test_periods_follow_each_other_and_reserves_are_handed_on(self):
        self.world.set_options(reserve_share=10)
        self.sell()
        self.later(days=14)
        self.sell()
        self.later(days=14)
        first, second = self.world.settlements("eu")[:2]
        self.assertEqual(first.until, second.since)
        self.assertEqual(first.until - first.since, timedelta(days=14))
        self.assertLess(first.current_reserve, 0)
        self.assertEqual(second.previous_reserve, -first.current_reserve)

    def test_a_debt_is_carried_on_and_nothing_is_paid(self):
        self.world.charge("eu", "DE", "advertising", "-50.00")
        self.later(days=15)
        [settlement] = self.world.settlements("eu")
        self.assertEqual((settlement.total, settlement.trace), (0, ""))
        self.assertEqual(settlement.current_reserve, Decimal("50.00"))

    def test_each_currency_has_its_own(self):
        self.sell("DE")
        self.sell("FR")
        self.sell("GB")
        self.later(days=15)
        counts = {
            each.currency: len(each.events) for each in self.world.settlements("eu")
        }
        self.assertEqual(counts, {"EUR": 2, "GBP": 1})

    def test_the_past_cannot_be_changed_once_it_was_seen(self):
        self.sell()
        self.later(days=30)
        [settlement] = self.world.settlements("eu")
        self.sell(updated=settlement.since + timedelta(hours=1))
        first, second = self.world.settlements("eu")
        self.assertEqual(first, settlement)
        self.assertGreaterEqual(second.since, first.until)

    def test_books_outlive_a_restart(self):
        self.sell()
        self.world.charge("eu", "DE", "storage", "-7.00")
        self.later(days=30)
        told = self.world.money_events("eu"), self.world.settlements("eu")
        again = World.quiet()
        load(again, dump(self.world))
        self.assertEqual((again.money_events("eu"), again.settlements("eu")), told)


class TestLivingWorld(PureCase):
    def make_world(self):
        clock = Clock(START, 0.0)
        return World(history=150, history_days=50, clock=clock, deferred=["DD7"])

    def test_every_settlement_is_the_sum_of_its_events(self):
        world, count = self.make_world(), 0
        for key in world.accounts:
            events = {each.ref: each for each in world.money_events(key)}
            settled = Counter()
            for settlement in world.settlements(key):
                count += 1
                settled.update(each.ref for each in settlement.events)
                total = sum(each.total for each in settlement.events)
                reserves = settlement.previous_reserve + settlement.current_reserve
                self.assertEqual(total + reserves, settlement.total)
                self.assertGreaterEqual(settlement.total, 0)
            self.assertEqual(set(settled.values()), {1})
            self.assertLess(set(settled), set(events))
        self.assertGreater(count, 20)

    def test_looking_twice_finds_the_same(self):
        first, second = self.make_world(), self.make_world()
        self.assertEqual(first.money_events("na"), second.money_events("na"))
        self.assertEqual(first.settlements("na"), second.settlements("na"))

    def test_a_sale_brings_in_what_its_buyer_paid(self):
        world = self.make_world()
        fees = {"ItemFees", "ItemWithheldTax", "Points"}
        for event in world.money_events("na"):
            if event.type != "Shipment" or event.deferred_ref:
                continue
            paid = sum(
                (
                    amount
                    for (kind, _), amount in lines(event).items()
                    if kind not in fees
                ),
                Decimal(0),
            )
            order = world.order(event.order)
            items = [each["proceeds"]["proceedsTotal"] for each in order["orderItems"]]
            expected = sum(Decimal(each["amount"]) for each in items)
            self.assertEqual(paid, expected, event.order)
