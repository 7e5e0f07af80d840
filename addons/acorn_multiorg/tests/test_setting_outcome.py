from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.acorn_base.channel import UTC

from .common_setting import ShippingSettingCase, StockSettingCase


@tagged("post_install", "-at_install")
class TestSettingOfOrders(ShippingSettingCase):
    """Each value, set at the branch, changes what happens to a store's orders."""

    def findings(self):
        return {each.code for each in self.env["acorn.watch"]._findings(self.shop)}

    def ready(self, **values):
        return self.apply(
            ship_by=datetime.now(UTC) + timedelta(hours=40), **values
        ).picking_ids

    def leaves_from(self):
        return self.apply().picking_ids.picking_type_id.warehouse_id

    def test_sync_frequency_says_when_the_next_order_comes(self):
        self.drain()
        stream = self.shop.stream_ids.filtered(lambda each: each.kind == "order")[:1]
        stream.last_success = fields.Datetime.now() - timedelta(minutes=30)
        self.set_at(self.branch, "interval", 600)
        self.assertFalse(stream._due(), "the order of now waits for hours")
        self.set_at(self.branch, "interval", 20)
        self.assertTrue(stream._due(), "it is fetched now")

    def test_stage_table_names_an_order_s_stage(self):
        order = self.apply()
        self.assertEqual(order.acorn_stage_id.name, "To ship")
        self.rename_stage("unshipped", "On the bench")
        self.assertEqual(order.acorn_stage_id.name, "On the bench")

    def test_warehouse_says_where_an_order_leaves(self):
        warehouse = self.env["stock.warehouse"].create(
            {"name": "Second", "code": "SEC", "company_id": self.hq.id}
        )
        first = self.us.warehouse_id
        self.set_stock(self.mug, warehouse, 100)
        self.set_at(self.branch, "warehouse_id", warehouse.id)
        self.assertEqual(self.leaves_from(), warehouse)
        group = self.env["acorn.quantity.group"]._get_or_create(self.shop, "New")
        self.assertEqual(group.source_ids.warehouse_id, warehouse)
        self.reset_at(self.branch, "warehouse_id")
        self.assertEqual(self.leaves_from(), first)

    def test_default_delivery_method_is_told_with_a_delivery(self):
        method = self.method("Letter", acorn_code="Royal Mail", acorn_untracked=True)
        self.set_at(self.branch, "carrier_id", method.id)
        self.apply().picking_ids.button_validate()
        self.drain()
        self.assertEqual(self.told(), {"1": ("Royal Mail", "")})

    def test_mark_as_shipped_lets_a_delivery_leave_by_itself(self):
        picking = self.ready()
        self.drain()
        self.assertEqual(picking.state, "assigned")
        self.set_at(self.branch, "auto_ship", "reserved")
        self.drain()
        self.assertEqual(picking.state, "done")

    def test_never_marked_as_shipped_whatever_the_method_says(self):
        method = self.method("Letter", acorn_auto_ship="reserved", acorn_untracked=True)
        self.set_at(self.branch, "carrier_id", method.id)
        self.set_at(self.branch, "auto_ship", "never")
        picking = self.ready()
        self.drain()
        self.assertEqual(picking.state, "assigned")
        self.reset_at(self.branch, "auto_ship")
        self.drain()
        self.assertEqual(picking.state, "done")

    def test_hours_before_ship_by_say_when_a_delivery_leaves(self):
        self.set_at(self.branch, "auto_ship", "due")
        picking = self.ready()
        self.drain()
        self.assertEqual(picking.state, "assigned")
        self.set_at(self.branch, "ship_by_hours", 48)
        self.drain()
        self.assertEqual(picking.state, "done")

    def test_carrier_code_of_the_branch_is_told_with_a_delivery(self):
        codes = self.env["acorn.carrier.code"].with_user(self.boss)
        codes.create(
            {"carrier_id": self.carrier.id, "code": "GROUP", "unit_id": self.group.id}
        )
        code = codes.create(
            {"carrier_id": self.carrier.id, "code": "BRANCH", "unit_id": self.branch.id}
        )
        self.ship(self.apply())
        self.drain()
        self.assertEqual(self.told(), {"1": ("BRANCH", "TRACK1")})
        mine = code.with_user(self.manager).with_company(self.hq)
        self.assertEqual(mine.code, "BRANCH")
        with self.assertRaises(AccessError):
            mine.code = "MINE"
        mine.create(
            {"carrier_id": self.carrier.id, "code": "SHOP", "shop_id": self.shop.id}
        )
        self.assertEqual(self.carrier._acorn_words(self.us)["carrier_code"], "SHOP")

    def test_hold_rule_of_the_branch_holds_an_order_and_a_shop_switches_it_off(
        self,
    ):
        rule = (
            self.env["acorn.hold.rule"]
            .with_user(self.boss)
            .create(
                {
                    "name": "Dear",
                    "kind": "high_value",
                    "amount": 50,
                    "currency_id": self.hq.currency_id.id,
                    "company_id": self.branch.id,
                }
            )
        )
        self.assertTrue(self.apply(self.line(price="60.00")).acorn_held)
        mine = rule.with_user(self.manager).with_company(self.hq)
        self.assertEqual(mine.name, "Dear")
        with self.assertRaises(AccessError):
            mine.amount = 5000
        self.shop.with_user(self.manager).hold_off_ids = [(4, rule.id)]
        self.assertFalse(self.apply(self.line(price="60.00")).acorn_held)

    def test_team_is_that_of_new_orders(self):
        team = self.team(self.hq)
        self.set_at(self.branch, "team_id", team.id)
        self.assertEqual(self.apply().team_id, team)

    def test_responsible_is_told(self):
        self.set_at(self.branch, "user_id", self.manager.id)
        self.assertEqual(self.shop._alert_owner(), self.manager)

    def test_alert_limits_say_when_somebody_is_told(self):
        self.drain()
        stream = self.shop.stream_ids.filtered(lambda each: each.kind == "order")
        long_ago = fields.Datetime.now() - timedelta(minutes=50)
        self.shop.stream_ids.write({"last_page": fields.Datetime.now()})
        stream.write({"last_page": long_ago, "last_success": long_ago})
        self.shop.live_since = fields.Datetime.now() - timedelta(days=9)
        self.assertIn("no_pull", self.findings())
        self.set_at(self.branch, "alarm_minutes", 90)
        self.assertNotIn("no_pull", self.findings())

    def test_quiet_hours_say_when_no_orders_are_said(self):
        self.drain()
        self.shop.stream_ids.write({"last_page": fields.Datetime.now()})
        self.shop.live_since = fields.Datetime.now() - timedelta(days=9)
        self.assertNotIn("no_orders", self.findings())
        self.set_at(self.branch, "quiet_hours", 24)
        self.assertIn("no_orders", self.findings())

    def test_most_pending_documents_are_the_branch_s_number(self):
        record = self.place()
        documents = self.shop._channel().pull("order", {}, keys=[record.ref]).documents
        self.env["acorn.message"]._receive(self.shop, documents)
        self.assertNotIn("pile_up", self.findings())
        self.set_at(self.branch, "most_pending", 0)
        self.assertIn("pile_up", self.findings())


@tagged("post_install", "-at_install")
class TestSettingOfQuantities(StockSettingCase):
    """Each value, set at the branch, changes what the store's channel is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.us.warehouse_id

    def setUp(self):
        super().setUp()
        self.shop.write({"guard_factor": 20, "guard_zero": 100})
        self.list_on(self.us, "MUG", "LAMP", shown=100)

    def rule(self, kind, value, user, **values):
        values |= {"kind": kind, "value": value}
        return self.env["acorn.stock.rule"].with_user(user).create(values)

    def test_buffer_of_the_branch_is_kept_until_the_shop_has_its_own(self):
        buffer = self.rule("buffer", 30, self.boss, company_id=self.branch.id)
        self.rule("buffer", 60, self.boss, company_id=self.group.id)
        self.compare()
        self.assertEqual(self.told(), 70)
        mine = buffer.with_user(self.manager).with_company(self.hq)
        self.assertEqual(mine.value, 30)
        with self.assertRaises(AccessError):
            mine.value = 1
        values = {"company_id": self.hq.id, "shop_id": self.shop.id}
        self.rule("buffer", 5, self.manager, **values)
        self.compare()
        self.assertEqual(self.told(), 95)
        with self.assertRaises(AccessError):
            self.rule("cap", 1, self.manager, company_id=self.hq.id)

    def test_guard_against_rises(self):
        self.compare()
        self.set_at(self.branch, "guard_factor", 2)
        self.set_stock(self.mug, self.warehouse, 900)
        self.compare()
        self.assertEqual((self.told(), self.quantity().state), (100, "held"))
        self.set_at(self.branch, "guard_factor", 50)
        self.compare()
        self.assertEqual(self.told(), 1000)

    def test_guard_against_zero(self):
        self.compare()
        self.set_at(self.branch, "guard_zero", 1)
        for product in (self.mug, self.lamp):
            self.set_stock(product, self.warehouse, -100)
        self.compare()
        self.assertEqual((self.told(), self.told("LAMP")), (100, 100))
        self.set_at(self.branch, "guard_zero", 5)
        self.compare()
        self.assertEqual((self.told(), self.told("LAMP")), (0, 0))
