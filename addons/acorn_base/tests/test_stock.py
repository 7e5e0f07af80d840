import runpy
from datetime import timedelta
from pathlib import Path

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user

from odoo.addons.acorn_base.channel import UTC
from odoo.addons.acorn_base.records import Verdict

from .common import PENDING, UNSHIPPED
from .common_stock import StockCase
from .dummy import DummyChannel

ADDON = Path(__file__).parents[1]


class TestStock(StockCase):
    """What each shop may sell, and how its channel hears of it."""

    def setUp(self):
        super().setUp()
        self.warehouse = self.us.warehouse_id
        self.list_on(self.us, "MUG", "LAMP")
        for product, units in ((self.mug, 10), (self.lamp, 0)):
            on_hand = self.on_hand(product, self.warehouse)
            self.set_stock(product, self.warehouse, units - on_hand)

    # === WHAT MAY BE SOLD === #

    def test_goods_received_are_told_and_shown(self):
        self.compare()
        self.assertEqual(self.told(), 10)
        self.send()
        quantity = self.quantity()
        self.assertEqual(
            (quantity.state, quantity.sent, quantity.shown), ("done", 10, 10)
        )
        self.set_stock(self.mug, self.warehouse, 5)
        self.compare()
        self.assertEqual(self.told(), 15)

    def test_nothing_is_told_twice(self):
        self.compare()
        told = list(self.world.told)
        self.compare()
        self.assertEqual(self.world.told, told)

    def test_shop_that_does_not_send_quantities_shows_what_it_would_tell(self):
        self.shop.stock_mode = "off"
        self.compare()
        self.assertEqual(self.world.told, [])
        self.assertEqual(self.quantity().sellable, 10)
        self.assertIn("does not send", self.quantity().note)

    def test_what_was_not_told_yet_is_not_told_once_it_is_switched_off(self):
        self.env["acorn.offer.quantity"]._make_missing(self.shop)
        self.env["acorn.offer.quantity"]._compare(self.shop)
        self.shop.stock_mode = "off"
        self.send()
        self.assertEqual(self.world.told, [])

    def test_order_lowers_what_may_be_sold(self):
        self.compare()
        self.apply(self.line(quantity=3))
        self.compare()
        self.assertEqual(self.told(), 7)

    def test_pending_order_holds_its_goods_and_lets_them_go(self):
        record = self.place(self.line(quantity=4), status=PENDING)
        self.drain()
        self.compare()
        self.assertEqual(self.told(), 6)
        quantity = self.quantity()
        self.assertEqual((quantity.pending, quantity.reserved), (4, 0))
        self.world.change(record.ref, status="cancelled")
        self.drain()
        self.compare()
        self.assertEqual(self.told(), 10)

    def test_pending_order_that_is_confirmed_counts_once(self):
        record = self.place(self.line(quantity=4), status=PENDING)
        self.drain()
        self.world.change(record.ref, status=UNSHIPPED)
        self.drain()
        self.compare()
        self.assertEqual(self.told(), 6)
        quantity = self.quantity()
        self.assertEqual((quantity.pending, quantity.reserved), (0, 4))

    def test_pending_order_of_the_channel_touches_nothing(self):
        self.place(self.line(quantity=4), status=PENDING, by_channel=True)
        self.drain()
        self.env["acorn.offer"].search([("sku", "=", "MUG")]).by_channel = False
        self.compare()
        self.assertEqual(self.told(), 10)

    def test_orders_that_wait_for_goods_have_them_first(self):
        self.apply(self.line(quantity=12))
        self.compare()
        quantity = self.quantity()
        self.assertEqual((quantity.reserved, quantity.owed), (10, 2))
        self.set_stock(self.mug, self.warehouse, 3)
        self.compare()
        self.assertEqual(self.told(), 1)

    def test_order_in_another_shop_lowers_the_same_pool(self):
        other = self.shop.copy({"name": "Other"})
        other.action_check_connection()
        self.compare()
        record = self.place(self.line(quantity=2), status=PENDING)
        self.drain(other)
        self.assertEqual(record.status, PENDING)
        self.compare()
        self.assertEqual(self.told(), 8)

    def test_race_for_the_last_unit_ends_with_none_offered(self):
        self.set_stock(self.mug, self.warehouse, -9)
        self.compare()
        self.assertEqual(self.told(), 1)
        first, second = self.place(self.line()), self.place(self.line())
        self.drain()
        self.compare()
        self.assertEqual(self.told(), 0)
        reserved = [
            sum(self.sale(r).picking_ids.move_ids.mapped("quantity"))
            for r in (first, second)
        ]
        self.assertEqual(sorted(reserved), [0, 1])
        self.assertEqual((self.quantity().reserved, self.quantity().owed), (1, 1))

    def test_what_lies_below_a_location_counts_and_quarantine_does_not(self):
        stock = self.warehouse.lot_stock_id
        shelf, aside = self.env["stock.location"].create(
            [
                {"name": "Shelf", "location_id": stock.id},
                {"name": "Aside", "location_id": stock.id, "acorn_not_sold": True},
            ]
        )
        bin_ = aside.create({"name": "Bin", "location_id": aside.id})
        Quant = self.env["stock.quant"]
        Quant._update_available_quantity(self.mug, shelf, 2)
        Quant._update_available_quantity(self.mug, bin_, 7)
        Quant._update_available_quantity(self.mug, self.warehouse.wh_qc_stock_loc_id, 5)
        self.warehouse.wh_qc_stock_loc_id.active = True
        self.compare()
        self.assertEqual(self.told(), 12)
        self.assertEqual(self.quantity().quarantine, 12)

    def test_negative_stock_is_told_as_none_and_alerted(self):
        self.set_stock(self.mug, self.warehouse, -14)
        self.compare()
        self.assertEqual(self.told(), 0)
        [alert] = self.alerts("stock_negative")
        self.assertIn("MUG", alert.text)
        self.set_stock(self.mug, self.warehouse, 14)
        self.compare()
        self.assertFalse(self.alerts("stock_negative"))

    def test_goods_that_are_not_counted_show_their_maximum_or_nothing(self):
        self.mug.is_storable = False
        self.compare()
        self.assertIsNone(self.told())
        self.assertIn("not counted", self.quantity().note)
        self.rule("cap", 50)
        self.compare()
        self.assertEqual(self.told(), 50)

    def test_units_sold_before_the_sku_had_a_product_are_sold_once_it_has(self):
        self.list_on(self.us, "MUG", "CUP")
        self.apply(self.line(sku="CUP", quantity=3))
        self.compare()
        self.assertEqual(self.told(), 10)
        offer = self.env["acorn.offer"].search([("sku", "=", "CUP")])
        offer.product_id = self.mug
        self.compare()
        self.assertEqual((self.told(), self.told("CUP")), (7, 7))
        offer.action_retry_orders()
        self.compare()
        self.assertEqual((self.told(), self.told("CUP")), (7, 7))

    def test_what_is_sold_here_no_more_is_not_offered_for_ever(self):
        self.compare()
        offer = self.quantity().offer_id
        offer.active = False
        self.compare()
        self.assertEqual(self.told(), 0)
        offer.active = True
        self.compare()
        self.assertEqual(self.told(), 10)
        self.mug.is_storable = False
        self.compare()
        self.assertEqual(self.told(), 0)

    # === SOURCES AND GROUPS === #

    def test_group_without_a_source_tells_nothing(self):
        self.compare()
        self.us.quantity_group_id = self.env["acorn.quantity.group"].create(
            {"name": "Empty", "shop_id": self.shop.id}
        )
        self.compare()
        self.assertEqual(self.told(), 10)
        self.assertIn("no stock source", self.quantity().note)

    def second_warehouse(self, quantity):
        warehouse = self.env["stock.warehouse"].create({"name": "North", "code": "NRT"})
        self.set_stock(self.mug, warehouse, quantity)
        return warehouse

    def test_two_sources_are_one_pool(self):
        north = self.second_warehouse(6)
        self.us.quantity_group_id.source_ids = [
            fields.Command.create({"warehouse_id": north.id, "sequence": 20})
        ]
        self.compare()
        self.assertEqual(self.told(), 16)

    def test_sites_of_a_group_are_told_once_and_the_lowest(self):
        self.assertEqual(self.de.quantity_group_id, self.fr.quantity_group_id)
        self.list_on(self.de, "MUG")
        self.list_on(self.fr, "MUG")
        self.rule("buffer", 4, shop_id=self.shop.id, site_id=self.fr.id)
        self.compare()
        told = [(sites, n) for sku, sites, n in self.world.told if "DE1" in sites]
        self.assertEqual(told, [(("DE1", "FR1"), 6)])
        self.assertEqual(self.quantity(site=self.de).site_id, self.fr)
        self.assertEqual(self.told(), 10)

    def test_groups_with_places_in_common_share_pending_orders(self):
        self.list_on(self.de, "MUG")
        self.place(self.line(quantity=4), status=PENDING)
        self.drain()
        self.compare()
        self.assertEqual((self.told(), self.told(site="DE1")), (6, 6))

    def test_groups_without_places_in_common_do_not(self):
        self.list_on(self.de, "MUG")
        north = self.second_warehouse(6)
        self.de.quantity_group_id.source_ids.warehouse_id = north
        self.place(self.line(quantity=4), status=PENDING)
        self.drain()
        self.compare()
        self.assertEqual((self.told(), self.told(site="DE1")), (6, 6))

    def test_site_that_had_no_group_goes_on_shipping_from_its_warehouse(self):
        north = self.second_warehouse(6)
        self.us.warehouse_id = north
        self.assertEqual(self.us.quantity_group_id.source_ids.warehouse_id, north)
        sites = self.us | self.de | self.fr
        groups = sites.quantity_group_id
        self.env.cr.execute(
            "UPDATE acorn_site SET quantity_group_id = NULL WHERE id = ANY(%s)",
            [sites.ids],
        )
        sites.invalidate_recordset()
        groups.unlink()
        for connect in (self.migrate, self.shop.action_check_connection):
            connect()
            self.assertEqual(self.us.warehouse_id, north)
            self.assertEqual(self.us.quantity_group_id.source_ids.warehouse_id, north)
            self.assertEqual(self.de.quantity_group_id, self.fr.quantity_group_id)
            self.assertNotEqual(self.de.quantity_group_id, self.us.quantity_group_id)

    def migrate(self):
        [script] = ADDON.glob("migrations/*/post-quantity_groups.py")
        runpy.run_path(script)["migrate"](self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    # === RULES === #

    def test_rules_of_every_kind(self):
        cases = [
            ("buffer", 3, 7),
            ("percent", 50, 5),
            ("share", 30, 3),
            ("cap", 4, 4),
            ("hide_below", 11, 0),
            ("hide_below", 10, 10),
        ]
        for kind, value, expected in cases:
            with self.subTest(kind=kind, value=value):
                rule = self.rule(kind, value)
                self.compare()
                self.assertEqual(self.told(), expected)
                rule.unlink()

    def test_nearest_rule_counts(self):
        Category = self.env["product.category"]
        parent = Category.create({"name": "Above"})
        category = Category.create({"name": "Cups", "parent_id": parent.id})
        self.mug.categ_id = category
        offer = self.env["acorn.offer"].search([("sku", "=", "MUG")])
        expected = 10
        for buffer, values in enumerate(
            (
                {},
                {"shop_id": self.shop.id},
                {"category_id": parent.id},
                {"category_id": category.id},
                {"product_id": self.mug.id},
                {"offer_id": offer.id},
                {"offer_id": offer.id, "shop_id": self.shop.id},
            ),
            start=1,
        ):
            self.rule("buffer", buffer, **values)
            self.compare()
            self.assertEqual(self.told(), expected - buffer, values)

    def test_units_reserved_for_one_shop_are_not_offered_in_another(self):
        other = self.shop.copy({"name": "Other", "stock_mode": "off"})
        self.rule("kept", 6, shop_id=other.id, product_id=self.mug.id)
        self.compare()
        self.assertEqual(self.told(), 4)
        self.assertEqual(self.quantity().kept, 6)
        self.rule("kept", 1, shop_id=self.shop.id, product_id=self.mug.id)
        self.compare()
        self.assertEqual(self.told(), 4)

    def test_shares_never_add_up_to_more_than_all(self):
        other = self.shop.copy({"name": "Other"})
        self.rule("share", 60, shop_id=self.shop.id)
        with self.assertRaisesRegex(ValidationError, "110"):
            self.rule("share", 50, shop_id=other.id)

    def test_handling_time_goes_with_every_quantity(self):
        self.rule("handling_days", 3)
        self.compare()
        self.assertEqual(self.world.handling["MUG"], 3)
        self.quantity().offer_id.handling_days = 5
        self.compare()
        self.assertEqual((self.told(), self.world.handling["MUG"]), (10, 5))

    def test_stop_switches(self):
        self.compare()
        offer = self.quantity().offer_id
        offer.stock_stopped = True
        self.compare()
        self.assertEqual(self.told(), 0)
        offer.stock_stopped = False
        self.shop.stock_mode = "stop"
        self.compare()
        self.assertEqual(self.told(), 0)
        self.shop.stock_mode = "on"
        self.compare()
        self.assertEqual(self.told(), 10)

    def test_offer_that_the_channel_ships_is_never_told(self):
        self.list_on(self.us, "MUG", by_channel=True)
        self.compare()
        self.assertNotIn("MUG", [sku for sku, _sites, _n in self.world.told])

    # === GUARDS === #

    def test_sudden_rise_waits_for_a_person(self):
        self.compare()
        self.shop.guard_factor = 10
        self.set_stock(self.mug, self.warehouse, 9990)
        self.compare()
        self.assertEqual((self.told(), self.quantity().state), (10, "held"))
        self.assertTrue(self.alerts("stock_guard"))
        self.quantity().action_release()
        self.assertFalse(self.alerts("stock_guard"))
        self.compare()
        self.assertEqual(self.told(), 10000)
        self.assertIn(
            "10000 instead of 10", self.quantity().offer_id.message_ids[0].body
        )

    def test_first_number_is_judged_by_what_the_listings_show(self):
        self.shop.guard_factor = 10
        self.mug_listing().quantity = 60
        self.set_stock(self.mug, self.warehouse, 490)
        self.compare()
        self.assertEqual(self.told(), 500)

    def test_offer_that_the_channel_ships_on_one_site_has_no_quantity_there(self):
        self.mug_listing().by_channel = True
        self.compare()
        self.assertFalse(self.quantity())
        self.assertTrue(self.quantity("LAMP"))

    def mug_listing(self):
        return self.env["acorn.listing"].search(
            [("sku", "=", "MUG"), ("site_id", "=", self.us.id)]
        )

    def test_what_is_corrected_waits_no_longer(self):
        self.compare()
        self.shop.guard_factor = 10
        self.set_stock(self.mug, self.warehouse, 9990)
        self.compare()
        self.set_stock(self.mug, self.warehouse, -9990)
        self.compare()
        self.assertNotEqual(self.quantity().state, "held")
        self.assertFalse(self.alerts("stock_guard"))

    def test_zero_for_many_offers_at_once_waits_for_a_person(self):
        self.set_stock(self.lamp, self.warehouse, 5)
        self.compare()
        self.shop.guard_zero = 1
        self.set_stock(self.lamp, self.warehouse, -5)
        self.set_stock(self.mug, self.warehouse, -10)
        self.compare()
        self.assertEqual((self.told(), self.told("LAMP")), (10, 5))
        held = self.quantity() | self.quantity("LAMP")
        self.assertEqual(held.mapped("state"), ["held", "held"])
        held.action_release()
        self.compare()
        self.assertEqual((self.told(), self.told("LAMP")), (0, 0))

    def test_what_sells_out_meanwhile_does_not_wait_with_the_others(self):
        cup = self.env["product.product"].create(
            {"name": "Cup", "default_code": "CUP", "is_storable": True}
        )
        self.list_on(self.us, "MUG", "LAMP", "CUP", shown=5)
        self.set_stock(self.lamp, self.warehouse, 5)
        self.set_stock(cup, self.warehouse, 5)
        self.compare()
        self.shop.guard_zero = 1
        self.set_stock(self.lamp, self.warehouse, -5)
        self.set_stock(cup, self.warehouse, -5)
        self.compare()
        self.assertEqual(self.quantity("CUP").state, "held")
        self.set_stock(self.mug, self.warehouse, -10)
        self.compare()
        self.assertEqual((self.told(), self.told("LAMP")), (0, 5))

    def test_only_managers_release(self):
        user = new_test_user(self.env, "reader", groups="acorn_base.group_user")
        manager = new_test_user(self.env, "boss", groups="acorn_base.group_manager")
        self.compare()
        with self.assertRaises(AccessError):
            self.quantity().with_user(user).action_release()
        with self.assertRaises(AccessError):
            self.quantity().with_user(manager).write({"sent": 3})
        self.quantity().with_user(manager).action_tell_again()
        self.assertEqual(self.quantity().with_user(user).sellable, 10)

    # === DRIFT === #

    def test_change_by_somebody_else_is_put_right(self):
        self.compare()
        self.send()
        self.world.quantities["US1", "MUG"] = 99
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.list_on(self.us, "MUG", "LAMP", shown=99)
            self.assertEqual(self.quantity().shown, 99)
            self.compare()
            self.assertEqual(self.told(), 10)

    def test_what_buyers_took_is_not_offered_again_before_their_orders_are_known(self):
        self.compare()
        self.send()
        told = len(self.world.told)
        stream = self.shop.stream_ids.filtered(lambda s: s.kind == "order")
        position = dict(stream.cursor)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.list_on(self.us, "MUG", shown=9)
            stream.cursor = position
            self.compare_only()
            self.assertEqual(len(self.world.told), told)
            later = fields.Datetime.now() + timedelta(minutes=5)
            stream.cursor = {"until": later.replace(tzinfo=UTC).isoformat()}
            self.compare_only()
            self.send()
            self.assertEqual(self.world.told[told:], [("MUG", ("US1",), 10)])

    def test_nothing_is_raised_over_an_order_that_could_not_be_applied(self):
        self.compare()
        self.send()
        told = len(self.world.told)
        record = self.place(self.line(quantity=2), site="XX")
        self.drain()
        self.assertEqual(self.message(record).state, "failed")
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.drain()
            self.list_on(self.us, "MUG", shown=8)
            later = fields.Datetime.now() + timedelta(minutes=5)
            stream = self.shop.stream_ids.filtered(lambda s: s.kind == "order")
            stream.cursor = {"until": later.replace(tzinfo=UTC).isoformat()}
            self.compare_only()
            self.assertEqual(len(self.world.told), told)

    def compare_only(self):
        self.env["acorn.offer.quantity"]._compare(self.shop)

    # === RECEIPTS === #

    def test_many_changes_go_as_one_feed_and_are_read_back(self):
        self.patch(type(self.shop)._get_channel_class(self.shop), "few_levels", 1)
        self.set_stock(self.lamp, self.warehouse, 5)
        self.world.verdicts = (Verdict("LAMP", "refused", "Not yours."),)
        self.compare()
        self.assertEqual(self.world.feeds, 1)
        self.send()
        self.assertEqual(self.quantity().state, "accepted")
        lamp = self.quantity("LAMP")
        self.assertEqual((lamp.state, lamp.error), ("refused", "Not yours."))
        [alert] = self.alerts("stock_refused")
        self.assertIn("LAMP", alert.text)
        self.compare()
        self.assertEqual(self.world.feeds, 1)
        lamp.action_tell_again()
        self.assertFalse(self.alerts("stock_refused"))
        self.world.verdicts = ()
        self.compare()
        self.assertEqual(self.told("LAMP"), 5)

    def test_what_waits_to_be_told_one_by_one_is_withdrawn_by_a_feed(self):
        self.compare()
        patches = self.message("", "out").filtered(lambda m: m.kind == "stock")
        patches.write({"state": "pending", "next_try": "2100-01-01 00:00:00"})
        self.patch(self.shop._get_channel_class(), "few_levels", 1)
        self.set_stock(self.lamp, self.warehouse, 5)
        self.set_stock(self.mug, self.warehouse, 5)
        self.compare()
        self.assertEqual(self.world.feeds, 1)
        self.assertEqual(set(patches.mapped("state")), {"done"})

    def test_old_numbers_are_worked_out_anew_before_they_go_out(self):
        self.compare()
        self.set_stock(self.mug, self.warehouse, 5)
        self.env["acorn.offer.quantity"]._compare(self.shop)
        self.set_stock(self.mug, self.warehouse, -9)
        told = len(self.world.told)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.send()
        self.assertEqual([n for _sku, _s, n in self.world.told[told:]], [6])

    def test_what_was_told_while_a_feed_was_on_its_way_is_told_again(self):
        channel = self.shop._get_channel_class()
        self.patch(channel, "few_levels", 1)
        self.set_stock(self.lamp, self.warehouse, 5)
        self.compare()
        self.apply(self.line(quantity=4))
        self.patch(channel, "few_levels", 300)
        self.message("", "out").filtered(lambda m: m.kind == "stock_feed").next_try = (
            fields.Datetime.now() + timedelta(minutes=9)
        )
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr)["acorn.offer.quantity"]._cron_compare()
        self.env.invalidate_all()
        self.drain()
        self.assertEqual(self.told(), 6)
        self.send()
        self.assertEqual(self.quantity().state, "new")
        self.compare()
        self.assertEqual(self.world.told[-1], ("MUG", ("US1",), 6))

    def test_what_changes_while_it_is_told_is_told_after_it(self):
        original, changed = DummyChannel.push, []

        def push(channel, record):
            if record.sku == "MUG" and not changed:
                changed.append(True)
                message = self.message("MUG@", "out")
                message.invalidate_recordset()
                body = {"sku": "MUG", "sites": ["US1"], "quantity": 7}
                message._instruct(
                    self.shop, "stock", message.key, {**body, "handling_days": None}
                )
                message.flush_recordset()
            return original(channel, record)

        self.patch(DummyChannel, "push", push)
        self.compare()
        self.assertEqual([n for sku, _s, n in self.world.told if sku == "MUG"], [10, 7])

    def test_patch_that_is_not_shown_soon_is_left_to_the_lists(self):
        self.compare()
        self.world.quantities["US1", "MUG"] = 9
        with freeze_time(fields.Datetime.now() + timedelta(minutes=10)):
            self.send()
            quantity = self.quantity()
            self.assertEqual((quantity.state, quantity.shown), ("accepted", 9))
            self.assertEqual(quantity.message_id.state, "done")
