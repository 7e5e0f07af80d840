from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from .common import AmazonCase

MUG, APRON, BOARD = "OAK-MUG-4", "OAK-APRON", "OAK-BOARD-L"  # Amazon ships the board


@tagged("post_install", "-at_install")
class TestAmazonStock(AmazonCase):
    """From the goods in the warehouse to what buyers see at Amazon, and back."""

    def setUp(self):
        super().setUp()
        self.shop.write({"stock_mode": "on", "guard_factor": 0, "guard_zero": 0})
        self.warehouse = self.site("DE").warehouse_id
        self.mug = self.product(MUG, 9, self.warehouse)
        self.apron = self.product(APRON, 5, self.warehouse)
        self.board = self.product(BOARD, 4, self.warehouse)
        self.pull("listing", rounds=3)

    def pull(self, kind, rounds=1):
        """Fetch documents of a kind; what Amazon makes of them meanwhile, too."""
        for _round in range(rounds):
            self.shop.stream_ids.filtered(lambda s: s.kind == kind)._make_due()
            self.drain()
            self.world.clock.advance(minutes=2)

    def compare(self):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr)["acorn.offer.quantity"]._cron_compare()
        self.env.invalidate_all()
        self.drain()

    def ask(self, **later):
        """Ask what became of what was told, a little later."""
        self.world.clock.advance(**later or {"seconds": 10})
        self.messages("stock", "stock_feed").filtered("next_try").next_try = False
        self.drain()

    def messages(self, *kinds):
        domain = [("shop_id", "=", self.shop.id), ("kind", "in", kinds)]
        return self.env["acorn.message"].search(domain)

    def quantity(self, sku=MUG, code="DE"):
        group = self.site(code).quantity_group_id
        return self.env["acorn.offer.quantity"].search(
            [("sku", "=", sku), ("group_id", "=", group.id)]
        )

    def shown(self, sku=MUG):
        """What buyers can order in Europe."""
        [found] = [e for e in self.world.show_listings("eu") if e["sku"] == sku]
        return found["quantities"]["eu"]

    def receive(self, count, product=None):
        self.env["stock.quant"]._update_available_quantity(
            product or self.mug, self.warehouse.lot_stock_id, count
        )

    def patches(self):
        return self.world.show_calls("patchListingsItem")

    def test_goods_that_come_in_are_shown_at_amazon(self):
        offer = self.env["acorn.offer"].search(
            [("shop_id", "=", self.shop.id), ("sku", "=", MUG)]
        )
        offer.handling_days = 3
        self.compare()
        self.assertEqual((self.quantity().state, self.quantity().sent), ("waiting", 9))
        self.ask()
        self.assertEqual(self.shown(), 9)
        self.assertEqual((self.quantity().state, self.quantity().shown), ("done", 9))
        self.assertEqual(self.world.listings["eu"].get(MUG).lead_time, 3)
        self.receive(4)
        self.compare()
        self.ask()
        self.assertEqual((self.shown(), self.quantity().state), (13, "done"))
        self.assertEqual(set(self.messages("stock").mapped("state")), {"done"})

    def test_what_amazon_ships_is_never_told(self):
        self.compare()
        german = self.site("DE").channel_ref
        told = [call["params"] for call in self.patches()]
        self.assertIn(MUG, [each["sku"] for each in told])
        for each in told:
            if each["sku"] == BOARD:
                self.assertNotIn(german, each["marketplaceIds"].split(","))

    def test_many_quantities_go_in_a_feed_and_are_shown(self):
        with patch.object(self.shop._get_channel_class(), "few_levels", 1):
            self.compare()
        self.assertFalse(self.patches())
        feeds = self.messages("stock_feed")
        self.assertTrue(feeds)
        self.assertEqual(set(feeds.mapped("state")), {"waiting"})
        self.ask(minutes=2)
        self.assertEqual(set(feeds.mapped("state")), {"done"})
        self.assertEqual(self.quantity().state, "accepted")
        self.world.clock.advance(minutes=5)
        self.pull("listing_change")
        self.assertEqual((self.shown(), self.shown(APRON)), (9, 5))
        self.assertEqual(self.quantity().state, "done")
        self.assertEqual(self.quantity(APRON).state, "done")

    def test_what_amazon_refuses_in_a_feed_is_told_by_sku(self):
        apron = self.world.listings["eu"].get(APRON)  # Amazon ships it now
        apron.product = apron.product | {"fba": apron.sites}
        with patch.object(self.shop._get_channel_class(), "few_levels", 1):
            self.compare()
        self.ask(minutes=2)
        self.assertEqual(self.quantity(APRON).state, "refused")
        self.assertIn("what the merchant ships", self.quantity(APRON).error)
        self.assertEqual(self.quantity().state, "accepted")

    def test_a_feed_whose_answer_is_lost_is_found_and_not_sent_again(self):
        with patch.object(self.shop._get_channel_class(), "few_levels", 1):
            self.world.add_fault(operation="createFeed", kind="lost_answer")
            self.compare()
        lost = self.messages("stock_feed").filtered("receipt").sorted("id")[:1]
        self.assertTrue(lost.receipt.startswith("since "), lost.receipt)
        sent = len(self.world.show_calls("createFeed"))
        self.ask(minutes=2)
        self.assertEqual(lost.state, "done")
        self.assertEqual(len(self.world.show_calls("createFeed")), sent)

    def test_a_number_changed_in_seller_central_is_put_right_within_minutes(self):
        self.compare()
        self.ask()
        self.world.clock.advance(minutes=30)
        self.quantity().sent_at -= timedelta(minutes=30)
        self.world.set_listing("eu", MUG, quantity=99)
        self.world.clock.advance(minutes=5)
        self.pull("listing_change")
        self.assertEqual(self.quantity().shown, 99)
        self.compare()
        self.ask()
        self.assertEqual(self.shown(), 9)
        self.assertEqual(self.quantity().state, "done")

    def test_a_new_quantity_never_goes_by_the_receipt_of_the_last_one(self):
        self.compare()
        self.ask()
        self.receive(1)
        self.world.add_fault(operation="patchListingsItem", kind="reset", times=99)
        self.compare()
        message = self.quantity().message_id
        self.assertEqual((message.state, message.receipt), ("waiting", False))
        self.world.clear_faults()
        self.ask()
        self.ask()
        self.assertEqual(self.shown(), 10)
