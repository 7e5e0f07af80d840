from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user

from ..channel import UTC
from .common import CANCELLED, PENDING, SHIPPED, AcornCase, Address, replace

BOX = Address("Ada Lovelace", "", ("PO Box 7",), "Seattle", "", "WA", "98101", "US")


class HoldCase(AcornCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = {
            "manager": "acorn_base.group_manager",
            "user": "acorn_base.group_user",
            "seller": "sales_team.group_sale_salesman_all_leads",
            "packer": "stock.group_stock_user",
        }
        cls.users = {
            name: new_test_user(cls.env, f"hold_{name}", groups=group)
            for name, group in groups.items()
        }

    def rule(self, kind, **values):
        return self.env["acorn.hold.rule"].create(
            {"name": kind, "kind": kind, "company_id": self.company.id, **values}
        )

    def value_rule(self, **values):
        return self.rule("high_value", amount=50, **values)

    def dear(self, **values):
        return self.apply(self.line(price="60.00"), **values)

    def validate(self, order, user="packer"):
        return order.picking_ids.with_user(self.users[user]).button_validate()

    def release(self, holds, reason="Known customer", user="manager"):
        holds = holds.with_user(self.users[user])
        action = holds.action_release()
        wizard = Form.from_action(self.env(user=self.users[user]), action)
        wizard.reason = reason
        wizard.save().action_release()


class TestHold(HoldCase):
    """A held order waits for a person, whatever else happens to it."""

    def test_without_a_rule_nothing_is_held(self):
        order = self.dear()
        self.assertFalse(order.acorn_held)
        self.validate(order)
        self.assertEqual(order.picking_ids.state, "done")

    def test_held_order_says_why_and_keeps_its_goods_reserved(self):
        self.value_rule()
        order = self.dear()
        self.assertTrue(order.acorn_held)
        self.assertIn("60.00 USD, more than 50.00 USD", order.acorn_hold_reason)
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertIn("Held: High value", order.message_ids.mapped("body")[0])
        self.assertEqual(order.acorn_status, "unshipped")

    def test_packer_is_refused_and_reads_no_amount(self):
        self.value_rule()
        picking = self.dear().picking_ids.with_user(self.users["packer"])
        shown = Form(picking).acorn_block_reason
        self.assertIn("held (High value)", shown)
        self.assertNotIn("60", shown.replace(picking.acorn_ref, ""))
        with self.assertRaisesRegex(UserError, "is held"):
            picking.button_validate()
        found = picking.search([("acorn_held", "=", True)])
        self.assertEqual(found, picking)
        order = picking.sale_id
        self.assertEqual(order.read(["acorn_held"])[0]["acorn_held"], True)
        with self.assertRaises(AccessError):
            order.read(["acorn_hold_reason"])
        with self.assertRaises(AccessError):
            order.read(["acorn_hold_ids"])
        self.assertNotIn("60", " ".join(order.message_ids.mapped("body")))

    def test_no_other_way_leads_past_a_hold(self):
        self.value_rule()
        good, held = self.apply(), self.dear()
        both = (good | held).picking_ids
        with self.assertRaisesRegex(UserError, "is held"):
            both.button_validate()
        with self.assertRaisesRegex(UserError, "is held"):
            held.picking_ids._action_done()
        with self.assertRaisesRegex(UserError, "is held"):
            held.picking_ids.with_context(skip_backorder=True).button_validate()
        self.assertEqual(set(both.mapped("state")), {"assigned"})

    def test_batch_with_a_held_delivery_is_refused(self):
        if "stock.picking.batch" not in self.env:
            self.skipTest("Batches are not installed")
        self.value_rule()
        pickings = (self.apply() | self.dear()).picking_ids
        batch = self.env["stock.picking.batch"].create(
            {"picking_ids": pickings.ids, "company_id": self.company.id}
        )
        batch.action_confirm()
        with self.assertRaisesRegex(UserError, "is held"):
            batch.action_done()

    def test_what_the_channel_says_has_left_is_followed(self):
        self.value_rule()
        record = self.place(self.line(price="60.00"))
        self.drain()
        order = self.sale(record)
        self.world.change(record.ref, status=SHIPPED)
        self.drain()
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.acorn_hold_ids.state, "over")
        self.assertFalse(order.acorn_held)
        self.assertFalse(self.alerts("held"))

    def test_only_what_the_seller_has_still_to_ship_is_held(self):
        self.value_rule()
        for values in (
            {"status": SHIPPED},
            {"by_channel": True},
            {"status": PENDING},
            {"status": CANCELLED},
        ):
            self.assertFalse(self.dear(**values).acorn_hold_ids, values)
        record = self.place(self.line(price="60.00"), status=PENDING)
        self.drain()
        self.world.change(record.ref, status="unshipped")
        self.drain()
        self.assertTrue(self.sale(record).acorn_held)

    def test_cancelling_ends_the_hold(self):
        self.value_rule()
        here, there = self.dear(), self.dear()
        self.world.change(there.acorn_ref, status=CANCELLED)
        self.drain()
        seller = self.env(user=self.users["seller"])
        wizard = Form.from_action(seller, here.with_env(seller).action_cancel())
        wizard.reason = "no_stock"
        wizard.save().action_cancel_here()
        self.assertEqual((here | there).mapped("state"), ["cancel", "cancel"])
        holds = (here | there).acorn_hold_ids
        self.assertEqual(holds.mapped("state"), ["over", "over"])
        self.assertFalse(self.alerts("held"))

    def test_cancellation_that_the_channel_refuses_leaves_the_order_held(self):
        self.value_rule()
        order = self.dear()
        manager = self.env(user=self.users["manager"])
        wizard = Form.from_action(manager, order.with_env(manager).action_cancel())
        wizard.reason = "no_stock"
        wizard.save().action_tell()
        self.world.change(order.acorn_ref, delivery_note="Ring twice")
        self.drain()
        self.assertEqual(order.acorn_cancelling, "waiting")
        order.acorn_cancelling = "refused"
        order.with_env(manager).action_acorn_keep_order()
        with self.assertRaisesRegex(UserError, "is held"):
            self.validate(order)

    # === RELEASE === #

    def test_released_with_reason_name_and_time_it_ships(self):
        self.value_rule()
        order = self.dear()
        self.release(order.acorn_hold_ids)
        hold = order.acorn_hold_ids
        self.assertEqual(hold.state, "released")
        self.assertEqual(hold.released_by_id, self.users["manager"])
        self.assertEqual(hold.release_reason, "Known customer")
        self.assertTrue(hold.released_at)
        self.assertIn("Released: Known customer", order.message_ids.mapped("body")[0])
        self.validate(order)
        self.assertEqual(order.picking_ids.state, "done")

    def test_a_release_needs_a_reason(self):
        self.value_rule()
        holds = self.dear().acorn_hold_ids.with_user(self.users["manager"])
        with self.assertRaises(UserError):
            holds._release("  ")
        self.assertEqual(holds.state, "held")

    def test_who_may_release(self):
        rule = self.value_rule()
        for name in ("user", "packer", "seller"):
            hold = self.dear().acorn_hold_ids
            with self.assertRaises(AccessError):
                hold.with_user(self.users[name])._release("I want to")
            self.assertEqual(hold.state, "held", name)
            with self.assertRaises(AccessError):
                hold.with_user(self.users[name]).write({"state": "released"})
        rule.user_ids = self.users["user"]
        named, other = self.dear().acorn_hold_ids, self.users["user"]
        self.env.invalidate_all()
        shown = Form(named.with_user(other))
        self.assertTrue(shown.may_release)
        self.assertEqual(shown.display_name, named.order_id.name)
        self.env.invalidate_all()
        self.release(named, user="user")
        self.assertEqual(named.released_by_id, other)
        with self.assertRaises(AccessError):
            self.dear().acorn_hold_ids.with_user(self.users["manager"]).unlink()

    def test_plain_user_sees_the_queue_and_no_amount(self):
        self.value_rule()
        hold = self.dear().acorn_hold_ids.with_user(self.users["user"])
        number = hold.sudo().order_id.acorn_ref
        self.assertEqual(hold.search([("order_id", "ilike", number)]), hold)
        self.env.invalidate_all()
        self.assertEqual(hold.kind, "high_value")
        self.assertFalse(hold.may_release)
        [shown] = hold.web_read({"order_id": {"fields": {"display_name": {}}}})
        self.assertIn(number, shown["order_id"]["display_name"])
        with self.assertRaises(AccessError):
            hold.read(["reason"])

    def test_from_the_order_is_released_what_the_user_may_release(self):
        self.value_rule(user_ids=self.users["user"])
        self.rule("po_box")
        order = self.dear(recipient=BOX)
        user = self.users["user"]
        user.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.env.invalidate_all()
        action = order.with_user(user).action_acorn_release()
        wizard = Form.from_action(self.env(user=user), action)
        wizard.reason = "Known customer"
        wizard.save().action_release()
        left = order.acorn_hold_ids.filtered(lambda hold: hold.state == "held")
        self.assertEqual(left.kind, "po_box")

    def test_many_are_released_at_once_the_most_urgent_first(self):
        self.value_rule()
        now = datetime.now(UTC)
        later = self.dear(ship_by=now + timedelta(days=3))
        sooner = self.dear(ship_by=now + timedelta(hours=3))
        queue = self.env["acorn.hold"].search([("state", "=", "held")])
        self.assertEqual(queue.order_id.ids, [sooner.id, later.id])
        self.release(queue)
        self.assertFalse(any((sooner | later).mapped("acorn_held")))

    def test_seller_who_is_no_user_of_acorn_reads_why(self):
        self.value_rule()
        order = self.dear().with_user(self.users["seller"])
        self.assertIn("60.00", Form(order).acorn_hold_reason)
        self.assertFalse(order.acorn_may_release)
        manager = self.users["manager"]
        self.assertTrue(order.with_user(manager).acorn_may_release)
        action = order.with_user(manager).action_acorn_release()
        wizard = Form.from_action(self.env(user=manager), action)
        wizard.reason = "Asked the buyer"
        wizard.save().action_release()
        self.assertFalse(order.acorn_held)

    # === AGAIN === #

    def test_the_same_facts_do_not_hold_again(self):
        self.value_rule()
        record = self.place(self.line(price="60.00"))
        self.drain()
        order = self.sale(record)
        self.release(order.acorn_hold_ids)
        self.world.change(record.ref, delivery_note="Ring twice")
        self.drain()
        self.assertFalse(order.acorn_held)
        self.assertEqual(len(order.acorn_hold_ids), 1)

    def test_new_facts_hold_again(self):
        self.rule("address_changed", count=1)
        record = self.place()
        self.drain()
        order = self.sale(record)
        self.assertFalse(order.acorn_held)
        for number in (1, 2):
            moved = replace(record.recipient, lines=(f"{number} Side St",))
            self.world.change(record.ref, recipient=moved)
            self.drain()
            self.assertTrue(order.acorn_held)
            self.assertIn(f"changed {number} times", order.acorn_hold_reason)
            self.release(order.acorn_hold_ids)
        self.assertEqual(order.acorn_hold_ids.mapped("state"), ["released"] * 2)

    def test_an_address_that_appears_or_is_written_otherwise_has_not_changed(self):
        self.rule("address_changed", count=1)
        record = self.place(status=PENDING, recipient=None)
        self.drain()
        address = Address("Ada", "", ("1 Main St",), "Seattle", "", "WA", "98101", "US")
        for told in (address, replace(address, lines=("1  MAIN ST",)), None, address):
            self.world.change(record.ref, status="unshipped", recipient=told)
            self.drain()
        self.assertGreaterEqual(len(self.message(record).version_ids), 3)
        self.assertFalse(self.sale(record).acorn_hold_ids)

    def test_open_hold_follows_what_changes(self):
        self.rule("buyer_orders", count=2, days=3)
        buyer = self.order().buyer
        first = self.apply(buyer=buyer)
        self.assertFalse(first.acorn_held)
        second = self.apply(buyer=buyer)
        self.assertTrue(second.acorn_held)
        self.apply(buyer=buyer)
        self.world.change(second.acorn_ref, delivery_note="x")
        self.drain()
        self.assertEqual(len(second.acorn_hold_ids), 1)
        self.assertIn("3 orders within 3 days", second.acorn_hold_reason)

    def test_buyers_nobody_knows_are_not_one_buyer(self):
        self.rule("buyer_orders", count=2, days=3)
        nobody = replace(self.order().buyer, email="", name="")
        orders = [self.apply(buyer=nobody, recipient=None) for _each in range(3)]
        self.assertFalse(any(order.acorn_held for order in orders))

    # === RULES === #

    def test_a_rule_is_for_its_shops_and_as_long_as_it_is_active(self):
        other = self.env["acorn.shop"].create({"name": "Other", "channel": "dummy"})
        rule = self.value_rule(shop_ids=other.ids)
        self.assertFalse(self.dear().acorn_held)
        rule.shop_ids = self.shop
        held = self.dear()
        self.assertTrue(held.acorn_held)
        rule.active = False
        self.assertFalse(self.dear().acorn_held)
        self.assertTrue(held.acorn_held, "what was held waits for a person")

    def test_a_rule_says_what_it_holds(self):
        for kind, values in (
            ("high_value", {"amount": 0}),
            ("banned", {}),
            ("quantity", {}),
            ("destination", {}),
            ("buyer_orders", {"count": 1}),
        ):
            with self.assertRaises(ValidationError):
                self.rule(kind, **values)

    def test_amounts_of_other_currencies_are_converted(self):
        euro = self.env["res.currency"]._acorn_get("EUR")
        euro.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "name": "2020-01-01", "rate": 0.5}
        )
        self.rule("high_value", amount=50, currency_id=euro.id)
        self.assertFalse(self.apply(self.line(price="100.00")).acorn_held)
        self.assertTrue(self.apply(self.line(price="100.01")).acorn_held)

    def test_open_orders_are_judged_when_a_rule_is_new(self):
        cheap, dear = self.apply(), self.dear()
        rule = self.value_rule()
        self.assertFalse(dear.acorn_held)
        manager = self.users["manager"]
        action = rule.with_user(manager).action_check_open_orders()
        held = self.env["acorn.hold"].search(action["domain"])
        self.assertEqual(held.order_id, dear)
        self.assertEqual(rule.held_count, 1)
        self.assertFalse(cheap.acorn_held)

    # === TIME === #

    def late(self):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr)["acorn.hold"]._cron_late()
        self.env.invalidate_all()

    def test_missing_goods_hold_when_the_time_comes(self):
        rule = self.rule("ship_by", hours=12)
        self.set_stock(self.mug, self.us.warehouse_id, -100)
        now = datetime.now(UTC)
        missing = self.apply(ship_by=now + timedelta(hours=20))
        ready = self.apply(self.line(sku="LAMP"), ship_by=now + timedelta(hours=20))
        self.late()
        self.assertFalse((missing | ready).acorn_hold_ids)
        rule.hours = 24
        self.late()
        self.assertEqual(missing.acorn_hold_ids.mapped("state"), ["held"])
        self.assertIn("not all goods are ready", missing.acorn_hold_reason)
        self.assertFalse(ready.acorn_hold_ids)
        self.release(missing.acorn_hold_ids)
        self.late()
        self.assertFalse(missing.acorn_held)

    def test_over_time_is_a_new_reason(self):
        self.rule("ship_by", hours=12)
        order = self.apply(ship_by=datetime.now(UTC) + timedelta(hours=2))
        self.assertFalse(order.acorn_held)
        order.acorn_ship_by = fields.Datetime.now() - timedelta(hours=1)
        self.late()
        self.assertTrue(order.acorn_held)
        self.assertIn("time to ship is over", order.acorn_hold_reason)

    # === ALERT AND EFFORT === #

    def test_one_alert_for_a_shop_tells_of_all_and_closes_itself(self):
        self.value_rule()
        orders = self.dear() | self.dear()
        alert = self.alerts("held")
        self.assertEqual(len(alert), 1)
        self.assertIn("2 orders are held", alert.text)
        for order in orders:
            self.assertIn(order.acorn_ref, alert.text)
        self.assertEqual(alert.action_open_place()["res_model"], "acorn.hold")
        self.release(orders.acorn_hold_ids)
        self.assertFalse(self.alerts("held"))

    def statements(self, count):
        """Return what judging so many orders costs."""
        records = [self.place(self.line(price="60.00")) for _each in range(count)]
        self.drain()
        orders = self.env["sale.order"].union(*(self.sale(r) for r in records))
        self.env.flush_all()
        self.env.invalidate_all()
        orders.mapped("acorn_to_ship")
        self.shop.mapped("company_id")
        before = self.env.cr.sql_log_count
        orders._acorn_hold(self.shop, list(zip(orders, records, strict=True)))
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_judging_costs_the_same_for_few_and_for_many(self):
        self.assertLessEqual(self.statements(5), 1, "only the rules are looked up")
        self.rule("high_value", amount=1000)
        self.rule("po_box")
        self.rule("address_changed", count=2)
        self.rule("buyer_orders", count=3, days=3)
        self.rule("banned", words="forwarder")
        self.rule("quantity", quantity=20, factor=10)
        self.rule("ship_by", hours=5)
        self.rule("destination", country_ids=self.env.ref("base.fr").ids)
        self.statements(2)
        few, many = self.statements(5), self.statements(40)
        self.assertEqual(few, many)

    def test_personal_data_goes_from_holds_too(self):
        self.rule("banned", words="Lovelace")
        order = self.apply()
        self.release(order.acorn_hold_ids, "Spoke with Ada Lovelace")
        self.assertIn("Lovelace", order.acorn_hold_ids.reason)
        self.shop._erase(order, order.browse())
        hold = order.acorn_hold_ids
        for text in (hold.reason, hold.release_reason, str(hold.marks)):
            self.assertNotIn("Lovelace", text)

    def test_a_bad_document_stops_no_other_from_being_held(self):
        self.value_rule()
        self.place(self.line(price="60.00"), site="XX9")
        self.assertTrue(self.dear().acorn_held)

    def test_po_box_is_held_and_a_street_is_not(self):
        self.rule("po_box")
        self.assertTrue(self.apply(recipient=BOX).acorn_held)
        self.assertFalse(self.apply().acorn_held)
