from datetime import timedelta

from odoo import fields

from .common import PENDING
from .common_channel_stock import ChannelStockCase


class TestChannelStock(ChannelStockCase):
    def age(self, hours):
        """Let what was compared so far lie further back."""
        for stock in self.env["acorn.channel.stock"].search([]):
            for name in ("differs_since", "unsellable_since", "seen_at"):
                if stock[name]:
                    stock[name] -= timedelta(hours=hours)

    def test_a_snapshot_is_compared_and_books_nothing(self):
        moves = self.env["stock.move"].search_count([])
        self.show(
            MUG={"fulfillable": 90, "reserved": 4, "unsellable": 3, "researching": 1}
        )
        shown = self.shown()
        self.assertEqual((shown.ours, shown.ours_unsellable), (100, 0))
        self.assertEqual((shown.difference, shown.unsellable_difference), (-5, 3))
        self.assertEqual(self.at(self.stock), 100)
        self.assertEqual(self.env["stock.move"].search_count([]), moves)

    def test_orders_on_their_way_make_no_difference(self):
        terms = {"site": "DE1", "currency": "EUR", "by_channel": True}
        self.apply(self.line(quantity=7), **terms)
        self.apply(self.line(quantity=5), status=PENDING, **terms)
        self.show(MUG={"fulfillable": 88, "reserved": 12, "reserved_orders": 12})
        self.assertEqual(self.shown().difference, 0)

    def test_what_the_channel_looks_for_may_be_counted_or_not(self):
        for researching, difference in ((0, -6), (4, -2), (6, 0), (9, 0)):
            self.show(MUG={"fulfillable": 94, "researching": researching})
            self.assertEqual(self.shown().difference, difference)
        self.show(MUG={"fulfillable": 101, "researching": 5})
        self.assertEqual(self.shown().difference, 1)

    def test_skus_of_one_product_are_compared_together(self):
        self.env["acorn.offer"].create(
            {"shop_id": self.shop.id, "sku": "MUG-2", "product_id": self.mug.id}
        )
        self.show(**{"MUG": 60, "MUG-2": 40})
        self.assertEqual(self.shown("MUG").difference, 0)
        self.assertEqual(self.shown("MUG-2").difference, 0)
        self.show(**{"MUG": 60, "MUG-2": 41})
        self.assertEqual(self.shown("MUG").difference, 1)

    def test_a_difference_that_lasts_is_told_and_closes_itself(self):
        self.show(MUG=93, LAMP=100)
        self.assertFalse(self.alerts("channel_stock"))
        self.age(25)
        self.show(MUG=95, LAMP=100)
        alert = self.alerts("channel_stock")
        self.assertEqual(alert.subject, self.shop.name)
        self.assertIn("1 SKUs", alert.text)
        self.assertIn(f"MUG ({self.warehouse.code}) -5", alert.text)
        self.assertEqual(self.shown().lasting, -5)
        self.show(MUG=100, LAMP=100)
        self.assertEqual(alert.state, "done")
        self.assertFalse(self.shown().differs_since)

    def test_a_difference_that_turns_is_a_new_one(self):
        self.show(MUG=93)
        self.age(25)
        self.show(MUG=102)
        self.assertFalse(self.alerts("channel_stock"))
        self.assertEqual(self.shown().lasting, 2)

    def test_one_alert_names_the_worst(self):
        skus = {f"S-{n}": {"fulfillable": n} for n in range(1, 8)}
        self.env["product.product"].create(
            [{"name": sku, "default_code": sku, "is_storable": True} for sku in skus]
        )
        self.show(**skus)
        self.age(30)
        self.show(**skus)
        alert = self.alerts("channel_stock")
        self.assertEqual(len(alert), 1)
        self.assertIn("7 SKUs", alert.text)
        self.assertIn("S-7", alert.text)
        self.assertNotIn("S-2", alert.text)

    def test_what_is_named_no_more_is_gone_once_all_parts_were_read(self):
        self.show(MUG=100, LAMP=100)
        self.age(2)
        self.show(LAMP=100, last=False)
        self.assertEqual(self.shown().fulfillable, 100)
        self.show(LAMP=100)
        self.assertEqual(self.shown().fulfillable, 0)
        self.assertEqual(self.shown().difference, -100)

    def test_networks_are_compared_with_their_own_warehouses(self):
        self.set_stock(self.mug, self.us.fba_warehouse_id, -60)
        self.show(MUG=100)
        self.show(network="US", MUG=40)
        self.assertEqual(self.shown().mapped("difference"), [0, 0])
        self.assertEqual(
            self.shown().warehouse_id,
            self.us.fba_warehouse_id | self.de.fba_warehouse_id,
        )

    def test_a_product_that_is_not_counted_never_differs(self):
        self.env["product.product"].create({"name": "Free", "default_code": "FREE"})
        self.show(FREE=5, UNMAPPED=6)
        self.assertEqual(self.shown("FREE").difference, 0)
        self.assertEqual(self.shown("UNMAPPED").difference, 0)
        self.assertTrue(self.shown("UNMAPPED").offer_id.needs_mapping)

    def test_an_archived_offer_is_told_no_more(self):
        self.show(MUG=93)
        self.age(25)
        self.shown().offer_id.active = False
        self.show(MUG=93)
        self.assertFalse(self.alerts("channel_stock"))

    def test_what_moves_between_the_channels_warehouses_counts(self):
        Quant = self.env["stock.quant"]
        Quant._update_available_quantity(self.mug, self.stock, -10)
        reserved = self.warehouse.acorn_reserved_id
        Quant._update_available_quantity(self.mug, reserved, 10)
        self.show(MUG={"fulfillable": 90, "reserved": 10})
        self.assertEqual(self.shown().difference, 0)
        self.assertLess(self.shown().seen_at, fields.Datetime.now() + timedelta(1))
