from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from odoo.addons.acorn_base.records import (
    CHANGED,
    CORRECTED,
    DISPOSED,
    FOUND,
    LOST,
    RECEIVED,
    REMOVED,
    RETURNED,
    TRANSFERRED,
    UNKNOWN,
)

from .common_channel_stock import ChannelStockCase


class TestStockEvent(ChannelStockCase):
    def test_each_kind_of_event_moves_goods_between_its_places(self):
        warehouse = self.warehouse
        lost = self.mug.property_stock_inventory
        buyers = self.env.ref("stock.stock_location_customers")
        for event, place in (
            (LOST, lost),
            (FOUND, lost),
            (DISPOSED, lost),
            (CORRECTED, lost),
            (CHANGED, warehouse.acorn_researching_id),
            (TRANSFERRED, warehouse.acorn_reserved_id),
            (REMOVED, warehouse.acorn_returning_id),
            (RETURNED, buyers),
        ):
            for sellable, here in ((True, self.stock), (False, self.unsellable)):
                for quantity in (-3, 3):
                    with self.subTest(event, sellable=sellable, quantity=quantity):
                        told = self.tell(
                            self.event(
                                quantity,
                                event,
                                key=f"{event}/{sellable}/{quantity}",
                                sellable=sellable,
                            )
                        )
                        self.assertEqual(told.state, "booked", told.error)
                        [move] = told.move_ids
                        ends = (place, here) if quantity > 0 else (here, place)
                        self.assertEqual(
                            (move.location_id, move.location_dest_id), ends
                        )
                        self.assertEqual((move.state, move.quantity), ("done", 3))

    def test_an_event_told_again_is_booked_once(self):
        lost, found = self.event(-2, key="a"), self.event(5, FOUND, key="b")
        self.tell(lost, found)
        self.assertEqual(self.at(self.stock), 103)
        events = self.tell(found, lost, self.event(-1, key="c"))
        self.assertEqual(len(events.move_ids), 3)
        self.assertEqual(self.at(self.stock), 102)

    def test_it_is_booked_on_its_own_date_with_the_channels_words(self):
        told = self.tell(self.event(-1, days=3, reason="M", ref="R-7", place="LEJ1"))
        [move] = told.move_ids
        self.assertEqual(move.date, told.happened_at)
        self.assertEqual(move.move_line_ids.date, told.happened_at)
        self.assertEqual((move.origin, move.reference), ("R-7", "Lost M R-7 LEJ1"))
        self.assertFalse(move.picking_id)

    def test_what_was_before_stock_was_counted_moves_nothing(self):
        told = self.tell(self.event(-1, days=11))
        self.assertEqual(told.state, "history")
        self.assertFalse(told.move_ids)
        self.assertEqual(self.at(self.stock), 100)

    def test_an_unknown_event_is_kept_to_look_at_and_moves_nothing(self):
        told = self.tell(
            self.event(-1, UNKNOWN, word="Beamed"), self.event(-1, key="2", network="")
        )
        self.assertEqual(told.mapped("state"), ["unknown", "unknown"])
        self.assertFalse(told.move_ids)
        alert = self.alerts("stock_event")
        self.assertIn("2 events", alert.text)
        manager = new_test_user(
            self.env, "event-manager", "acorn_base.group_manager", password="manager1"
        )
        told.with_user(manager).action_seen()
        self.assertEqual(set(told.mapped("state")), {"seen"})
        self.assertEqual(alert.state, "done")

    def test_a_user_who_is_no_manager_acts_on_no_event(self):
        told = self.tell(self.event(-1, UNKNOWN))
        user = new_test_user(
            self.env, "event-user", "acorn_base.group_user", password="user12345"
        )
        self.assertEqual(told.with_user(user).state, "unknown")
        with self.assertRaises(AccessError):
            told.with_user(user).action_seen()

    def test_a_sku_without_product_waits_and_is_booked_after_mapping(self):
        told = self.tell(self.event(-4, sku="NEW"))
        self.assertEqual(told.state, "waiting")
        self.assertEqual(self.alerts("unknown_sku").subject, "NEW")
        told.offer_id.product_id = self.lamp
        self.assertFalse(self.alerts("unknown_sku"))
        self.book()
        self.assertEqual(told.state, "booked")
        self.assertEqual(self.at(self.stock, self.lamp), 96)

    def test_a_receipt_ends_the_transfer_that_is_under_way(self):
        inbound = self.warehouse.acorn_inbound_id
        first = self.tell(self.event(10, RECEIVED, key="1"))
        self.assertEqual((first.state, first.booked), ("inbound", 0))
        self.assertEqual(self.at(self.stock), 100)
        self.env["stock.quant"]._update_available_quantity(self.mug, inbound, 12)
        second = self.tell(self.event(4, RECEIVED, key="2", days=0))
        self.assertEqual((first.state, first.booked), ("booked", 10))
        self.assertEqual((second.state, second.booked), ("inbound", 2))
        self.assertEqual((self.at(self.stock), self.at(inbound)), (112, 0))
        correction = self.tell(self.event(-3, RECEIVED, key="3", days=0))
        self.assertEqual(correction.state, "booked")
        self.assertEqual((self.at(self.stock), self.at(inbound)), (109, 3))

    def test_a_serial_number_blocks_no_event(self):
        watch = self.env["product.product"].create(
            {
                "name": "Watch",
                "default_code": "WATCH",
                "is_storable": True,
                "tracking": "serial",
            }
        )
        told = self.tell(
            self.event(-2, sku="WATCH", key="1"),
            self.event(1, RETURNED, sku="WATCH", key="2", sellable=False),
            self.event(-1, sku="MUG", key="3"),
        )
        self.assertEqual(set(told.mapped("state")), {"booked"}, told.mapped("error"))
        self.assertEqual(self.at(self.stock, watch), -2)
        self.assertEqual(self.at(self.unsellable, watch), 1)

    def test_one_that_cannot_be_booked_stops_no_other(self):
        service = self.env["product.product"].create(
            {"name": "Advice", "default_code": "ADVICE", "type": "service"}
        )
        told = self.tell(
            self.event(-1, key="1"),
            self.event(-1, key="2", sku="ADVICE"),
            self.event(-1, key="3"),
        )
        failed = told.filtered(lambda event: event.product_id == service)
        self.assertEqual(set((told - failed).mapped("state")), {"booked"})
        self.assertEqual(failed.state, "failed")
        self.assertIn("Set another product", failed.error)
        self.assertTrue(self.alerts("stock_event"))
        failed.offer_id.product_id = self.lamp
        failed.action_retry()
        self.book()
        self.assertEqual(failed.state, "booked")
        self.assertFalse(self.alerts("stock_event"))
        self.assertEqual(self.at(self.stock), 98)

    def test_goods_reserved_for_an_order_may_be_lost(self):
        order = self.apply(
            self.line(quantity=100), site="DE1", currency="EUR", by_channel=True
        )
        self.assertEqual(self.free(self.mug, self.warehouse), 0)
        told = self.tell(self.event(-30))
        self.assertEqual(told.state, "booked", told.error)
        self.assertEqual(self.at(self.stock), 70)
        self.assertEqual(order.state, "sale")

    def test_the_value_of_goods_at_the_channel_stays_in_the_books(self):
        apart = self.warehouse.acorn_inbound_id | self.unsellable
        self.assertTrue(all(place.company_id for place in apart))
        self.assertEqual(apart.mapped("usage"), ["transit", "internal"])

    def test_what_is_apart_is_not_free(self):
        before = self.free(self.mug, self.warehouse)
        everywhere = self.mug.free_qty
        for name in (
            "acorn_inbound_id",
            "acorn_reserved_id",
            "acorn_unsellable_id",
            "acorn_researching_id",
            "acorn_returning_id",
        ):
            place = self.warehouse[name]
            self.assertFalse(place.warehouse_id)
            self.env["stock.quant"]._update_available_quantity(self.mug, place, 5)
        self.env.invalidate_all()
        self.assertEqual(self.free(self.mug, self.warehouse), before)
        self.assertEqual(self.mug.free_qty, everywhere)

    def test_places_are_made_once_and_again_where_one_is_missing(self):
        Location = self.env["stock.location"]
        count = Location.search_count([])
        Warehouse = self.env["stock.warehouse"]
        self.assertEqual(Warehouse._acorn_of_network(self.shop, "EU"), self.warehouse)
        self.assertEqual(Location.search_count([]), count)
        view = self.unsellable.location_id
        self.warehouse.acorn_unsellable_id = False
        Warehouse._acorn_of_network(self.shop, "EU")
        self.assertEqual(self.warehouse.acorn_unsellable_id.location_id, view)

    def test_stock_counted_today_splits_the_day(self):
        self.shop.stock_since = fields.Datetime.now() - timedelta(hours=12)
        before, after = self.event(-1, key="1"), self.event(-1, key="2", days=0)
        self.tell(before, after)
        self.assertEqual(self.at(self.stock), 99)
