from datetime import datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..channel import UTC
from ..records import (
    DAMAGED,
    RETURN_CLOSED,
    RETURN_EXPECTED,
    RETURN_RECEIVED,
    RETURN_REFUSED,
    RETURN_REQUESTED,
    SELLABLE,
    UNKNOWN,
    Money,
    Return,
)
from .common import SHIPPED, UNSHIPPED, AcornCase, replace
from .dummy import ReturningChannel


class ReturnCase(AcornCase):
    """A shop whose buyers send things back, and a worker without rights on shops."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Shop = cls.env.registry["acorn.shop"]
        cls.startClassPatcher(
            patch.object(Shop, "_get_channel_class", lambda self: ReturningChannel)
        )
        cls.env["acorn.stream"]._sync_with_channel(cls.shop)
        cls.worker = new_test_user(cls.env, "worker", groups="stock.group_stock_user")
        cls.warehouse = cls.us.warehouse_id

    def send_back(self, order, quantity=1, sku="MUG", **values):
        """Let the channel tell of a return; it is not fetched yet."""
        values = {
            "ref": f"{order}/RMA{len(self.world.returns) + 1}/{sku}",
            "order_ref": order,
            "sku": sku,
            "quantity": quantity,
            "status": RETURN_EXPECTED,
            "status_text": "Approved",
            "authorisation": "RMA1",
            "requested_at": datetime.now(UTC),
            "reason": "NOT_AS_DESCRIBED",
        } | values
        record = Return(**values)
        self.world.returns[record.ref] = record
        return record

    def send_back_now(self, *arguments, **values):
        record = self.send_back(*arguments, **values)
        self.drain()
        return record

    def change(self, record, **values):
        self.world.returns[record.ref] = replace(record, **values)
        self.drain()
        return self.found(record)

    def found(self, record):
        return self.env["acorn.return"].search([("ref", "=", record.ref)])

    def shipped(self, quantity=1, **values):
        """Let an order be shipped by us, here and at the channel; return its record."""
        values.setdefault("status", SHIPPED)
        line = self.line(quantity=quantity, quantity_shipped=quantity)
        record = self.place(line, **values)
        self.drain()
        return record

    def returned(self, quantity=1, ordered=1, **values):
        """Let units of a shipped order come back; return (order, return)."""
        order = self.shipped(ordered)
        record = self.send_back(order.ref, quantity, **values)
        self.drain()
        return self.sale(order), self.found(record)

    def cron(self):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr)["acorn.return"]._cron_expect()
        self.env.invalidate_all()

    def check(self, goods, quantity=None, disposition="sellable", **values):
        """Receive and judge as the worker does, in the wizard."""
        wizard = self.env["acorn.return.check"].with_user(self.worker)
        with Form(wizard.with_context(default_acorn_return_id=goods.id)) as form:
            if quantity:
                form.quantity = quantity
            form.disposition = disposition
            for name, value in values.items():
                setattr(form, name, value)
        result = form.record.action_confirm()
        self.env.invalidate_all()
        return result

    def to_sell(self, product=None):
        """Units that orders of the warehouse can take."""
        product = product or self.mug
        stock = self.warehouse.lot_stock_id
        return self.env["stock.quant"]._get_available_quantity(product, stock)

    def lying(self, place, product=None):
        quants = self.env["stock.quant"].search(
            [
                ("location_id", "=", place.id),
                ("product_id", "=", (product or self.mug).id),
            ]
        )
        return sum(quants.mapped("quantity"))


@tagged("post_install", "-at_install")
class TestReturnGoods(ReturnCase):
    def test_a_return_is_expected_received_and_sold_again(self):
        order, goods = self.returned(quantity=1, ordered=2)
        self.assertEqual((goods.state, goods.problem), ("expected", False))
        self.assertEqual(goods.order_id, order)
        self.assertEqual(goods.product_id, self.mug)
        [receipt] = goods.picking_ids
        self.assertEqual(receipt.picking_type_code, "incoming")
        self.assertEqual(
            receipt.location_dest_id, self.warehouse.acorn_return_location_id
        )
        self.assertEqual(receipt.return_id.sale_id, order)
        self.assertEqual(order.order_line.qty_delivered, 2)
        free = self.to_sell()
        self.check(goods)
        self.assertEqual((goods.state, goods.disposition), ("closed", "sellable"))
        self.assertEqual(self.to_sell(), free + 1)
        self.assertEqual(self.lying(self.warehouse.acorn_return_location_id), 0)
        self.assertEqual(order.order_line.qty_delivered, 1)
        self.assertEqual(goods.sellable_quantity, 1)

    def test_damaged_goods_go_to_quarantine_and_are_not_sold(self):
        _order, goods = self.returned()
        free = self.to_sell()
        self.check(goods, disposition="damaged")
        self.assertEqual((goods.state, goods.disposition), ("closed", "damaged"))
        self.assertEqual(self.to_sell(), free)
        place = self.warehouse.acorn_quarantine_location_id
        self.assertEqual(self.lying(place), 1)
        self.assertTrue(place.acorn_not_sold)
        self.assertEqual(place.location_id, self.warehouse.view_location_id)
        self.assertEqual(goods.sellable_quantity, 0)

    def test_what_is_received_waits_to_be_checked_and_is_not_sold(self):
        _order, goods = self.returned()
        free = self.to_sell()
        receipt = goods.picking_ids.with_user(self.worker)
        receipt.button_validate()
        self.assertEqual(goods.state, "received")
        self.assertEqual(self.to_sell(), free)
        self.assertEqual(self.lying(self.warehouse.acorn_return_location_id), 1)
        self.check(goods)
        self.assertEqual(goods.state, "closed")
        self.assertEqual(self.to_sell(), free + 1)

    def test_what_shops_may_sell_follows(self):
        def pool():
            group = self.us.quantity_group_id
            found = self.env["acorn.pool"]._pools(group, self.mug)
            return found(group.id, self.mug.id)

        order = self.shipped(3)
        before = pool()
        goods = self.found(self.send_back_now(order.ref, 2))
        self.assertEqual(pool(), before)
        goods.picking_ids.with_user(self.worker).button_validate()
        self.assertEqual(pool().on_hand, before.on_hand)
        self.check(goods, 1)
        self.check(goods, 1, "damaged")
        self.assertEqual(pool().on_hand, before.on_hand + 1)
        self.assertEqual(pool().quarantine, before.quarantine + 1)

    def test_units_of_one_return_fare_differently(self):
        order, goods = self.returned(quantity=3, ordered=3)
        free = self.to_sell()
        self.check(goods, 1)
        self.assertEqual(goods.state, "expected")  # two are still to come
        self.assertEqual(goods.received_quantity, 1)
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.check(goods, 1, "damaged")
        self.check(goods, 1, "defective", destination="scrap")
        self.assertEqual((goods.state, goods.disposition), ("closed", "mixed"))
        self.assertEqual(self.to_sell(), free + 1)
        self.assertEqual(self.lying(self.warehouse.acorn_quarantine_location_id), 1)
        self.assertEqual(goods.checked_quantity, 3)
        self.assertEqual(order.order_line.qty_delivered, 0)

    def test_no_more_is_received_than_is_expected(self):
        _order, goods = self.returned(quantity=1, ordered=2)
        with self.assertRaisesRegex(UserError, "only 1 are expected"):
            self.check(goods, 2)
        self.check(goods, 1)
        with self.assertRaisesRegex(UserError, "0 units wait"):
            goods._judge(1, "sellable", "stock")

    def test_a_receipt_that_somebody_puts_into_stock_needs_no_check(self):
        _order, goods = self.returned()
        free = self.to_sell()
        receipt = goods.picking_ids.with_user(self.worker)
        receipt.move_ids.move_line_ids.location_dest_id = self.warehouse.lot_stock_id
        receipt.move_ids.location_dest_id = self.warehouse.lot_stock_id
        receipt.button_validate()
        self.assertEqual(goods.state, "closed")
        self.assertEqual(goods.sellable_quantity, 1)
        self.assertEqual(self.to_sell(), free + 1)

    def test_a_return_that_a_person_made_of_the_delivery_is_the_one(self):
        order = self.shipped()
        delivery = self.sale(order).picking_ids
        wizard = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = 1
        receipt = wizard._create_return()
        record = self.send_back(order.ref)
        self.drain()
        self.assertEqual(self.found(record).picking_ids, receipt)

    def test_a_kit_comes_back_as_the_parts_it_left_as(self):
        order = self.shipped(2, status=UNSHIPPED)
        line = self.sale(order).order_line
        line.move_ids._action_cancel()
        parts = self.lamp + self.env["product.product"].create(
            {"name": "Shade", "is_storable": True}
        )
        self.set_stock(parts[1], self.warehouse, 10)
        sent = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": part.id,
                            "product_uom_qty": quantity,
                            "location_id": self.warehouse.lot_stock_id.id,
                            "location_dest_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                            "sale_line_id": line.id,
                        }
                    )
                    for part, quantity in zip(parts, (2, 4), strict=True)
                ],
            }
        )
        sent.action_confirm()
        sent.button_validate()
        goods = self.found(self.send_back_now(order.ref))
        self.assertEqual(
            {m.product_id: m.product_uom_qty for m in goods.picking_ids.move_ids},
            dict(zip(parts, (1, 2), strict=True)),
        )
        free = [self.to_sell(part) for part in parts]
        self.check(goods)
        self.assertEqual((goods.state, goods.received_quantity), ("closed", 1))
        self.assertEqual(
            [self.to_sell(part) for part in parts], [free[0] + 1, free[1] + 2]
        )

    def test_goods_with_serial_numbers_wait_for_these(self):
        lamp = self.env["product.product"].create(
            {
                "name": "Numbered",
                "default_code": "NUM",
                "is_storable": True,
                "tracking": "serial",
            }
        )
        record = self.send_back("old-1", sku="NUM")
        self.drain()
        goods = self.found(record)
        goods.action_expect()
        lot = self.env["stock.lot"].create({"name": "S1", "product_id": lamp.id})
        receipt = goods.picking_ids
        receipt.move_ids.move_line_ids.write({"lot_id": lot.id, "quantity": 1})
        receipt.with_user(self.worker).button_validate()
        self.assertEqual(goods.state, "received")
        action = self.check(goods, 1)
        transfer = self.env["stock.picking"].browse(action["res_id"])
        self.assertEqual(transfer.move_line_ids.lot_id, lot)
        self.assertEqual(goods.state, "received")
        transfer.with_user(self.worker).button_validate()
        self.assertEqual(goods.state, "closed")


@tagged("post_install", "-at_install")
class TestReturnFlow(ReturnCase):
    def test_the_same_report_twice_changes_nothing(self):
        _order, goods = self.returned()
        before = goods.read()[0], goods.picking_ids.ids, len(goods.message_ids)
        self.drain()
        messages = self.message(goods.ref)
        self.assertEqual(messages.state, "done")
        messages.action_replay()
        self.drain()
        self.env.invalidate_all()
        after = goods.read()[0], goods.picking_ids.ids, len(goods.message_ids)
        self.assertEqual(before, after)
        self.assertEqual(self.env["acorn.return"].search_count([]), 1)

    def test_a_changed_row_updates_its_return(self):
        _order, goods = self.returned(refunded=None)
        record = self.world.returns[goods.ref]
        self.assertFalse(goods.refund_told_at)
        self.change(
            record,
            tracking="RET9",
            status=RETURN_CLOSED,
            status_text="Completed",
            refunded=Money(Decimal("9.50"), "USD"),
            label_cost=Money(Decimal("4.14"), "USD"),
            claimed=True,
        )
        self.assertEqual(goods.tracking, "RET9")
        self.assertEqual((goods.refund_amount, goods.label_cost), (9.5, 4.14))
        self.assertEqual(goods.currency_id.name, "USD")
        self.assertTrue(goods.refund_told_at and goods.claimed)
        # The buyer has the money; the goods are still on their way.
        self.assertEqual(goods.state, "expected")
        self.assertEqual(len(goods.picking_ids), 1)

    def test_a_return_is_expected_once_it_is_allowed(self):
        _order, goods = self.returned(status=RETURN_REQUESTED, status_text="Pending")
        self.assertEqual((goods.state, len(goods.picking_ids)), ("requested", 0))
        record = self.world.returns[goods.ref]
        self.change(record, status=UNKNOWN, status_text="Contemplated")
        self.assertEqual(
            (goods.state, goods.status_text), ("requested", "Contemplated")
        )
        self.change(record, status=RETURN_EXPECTED)
        self.assertEqual((goods.state, len(goods.picking_ids)), ("expected", 1))

    def test_a_return_that_is_refused_is_expected_no_more(self):
        _order, goods = self.returned()
        self.change(self.world.returns[goods.ref], status=RETURN_REFUSED)
        self.assertEqual((goods.state, goods.picking_ids.state), ("refused", "cancel"))

    def test_goods_that_came_stay_whatever_the_channel_says(self):
        _order, goods = self.returned()
        goods.picking_ids.button_validate()
        self.change(self.world.returns[goods.ref], status=RETURN_REFUSED)
        self.assertEqual((goods.state, goods.picking_ids.state), ("received", "done"))

    def test_goods_the_buyer_keeps_are_not_expected(self):
        _order, goods = self.returned(goods_kept=True)
        self.assertEqual((goods.state, len(goods.picking_ids)), ("closed", 0))

    def test_goods_that_were_back_when_stock_was_counted_are_not_expected(self):
        _order, goods = self.returned(
            arrived_at=datetime.now(UTC) - timedelta(days=12), status=RETURN_CLOSED
        )
        self.assertEqual((goods.state, len(goods.picking_ids)), ("closed", 0))

    def test_what_was_asked_for_before_stock_was_counted_is_left_to_a_person(self):
        order = self.shipped(2)
        day = datetime.now(UTC) - timedelta(days=20)
        coming = self.found(self.send_back_now(order.ref, requested_at=day))
        self.assertIn("before the stock was counted", coming.problem)
        self.assertFalse(coming.picking_ids)
        coming.action_expect()
        self.assertEqual((len(coming.picking_ids), coming.problem), (1, False))
        record = self.send_back_now(
            order.ref, requested_at=day, arrived_at=datetime.now(UTC)
        )
        self.assertEqual(len(self.found(record).picking_ids), 1)

    def test_an_order_that_arrives_later_gets_its_return(self):
        order = self.order(self.line(quantity=2, quantity_shipped=2), status=SHIPPED)
        record = self.send_back(order.ref)
        self.drain()
        goods = self.found(record)
        self.assertFalse(goods.order_id or goods.picking_ids)
        self.assertIn("is not known here", goods.problem)
        self.world.place(replace(order, updated_at=datetime.now(UTC)))
        self.drain()
        self.assertEqual(goods.order_id.acorn_ref, order.ref)
        self.assertEqual(goods.site_id, self.us)
        self.assertEqual(goods.picking_ids.sale_id, goods.order_id)
        self.assertFalse(goods.problem)

    def test_an_order_nobody_knows_is_waited_for_a_day(self):
        record = self.send_back("old-1")
        self.drain()
        goods = self.found(record)
        self.cron()
        self.assertFalse(goods.picking_ids)
        self.age(goods)
        self.cron()
        [receipt] = goods.picking_ids
        self.assertEqual(receipt.location_id.usage, "customer")
        self.assertEqual(receipt.location_dest_id.name, "Returns to Check")
        self.assertFalse(receipt.partner_id)
        self.assertFalse(goods.problem)
        self.check(goods)
        self.assertEqual(goods.state, "closed")

    def age(self, goods):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE acorn_return SET create_date = %s WHERE id IN %s",
            (fields.Datetime.now() - timedelta(days=2), tuple(goods.ids)),
        )
        self.env.invalidate_all()

    def test_a_receipt_made_without_the_order_makes_way_for_its_deliverys(self):
        order = self.order(self.line(quantity_shipped=1), status=SHIPPED)
        record = self.send_back(order.ref)
        self.drain()
        goods = self.found(record)
        goods.action_expect()
        [blind] = goods.picking_ids
        self.world.place(replace(order, updated_at=datetime.now(UTC)))
        self.drain()
        self.assertEqual(blind.state, "cancel")
        [receipt] = goods.picking_ids
        self.assertNotEqual(receipt, blind)
        self.assertEqual(receipt.sale_id, self.sale(order))

    def test_an_order_shipped_before_stock_was_counted(self):
        order = self.order(
            self.line(quantity_shipped=1),
            status=SHIPPED,
            ship_by=datetime.now(UTC) - timedelta(days=15),
            updated_at=datetime.now(UTC) - timedelta(days=15),
        )
        self.world.place(order)
        self.shop.stream_ids.filtered(lambda s: s.kind == "order").cursor = {
            "until": (datetime.now(UTC) - timedelta(days=30)).isoformat()
        }
        self.drain()
        self.assertTrue(self.sale(order).acorn_history)
        record = self.send_back(order.ref)
        self.drain()
        goods = self.found(record)
        self.assertEqual(goods.picking_ids.location_id.usage, "customer")
        free = self.to_sell()
        self.check(goods)
        self.assertEqual(self.to_sell(), free + 1)
        self.assertEqual(self.sale(order).order_line.qty_delivered, 1)

    def test_goods_that_have_not_left_here_are_waited_for(self):
        order = self.shipped(status=UNSHIPPED)
        record = self.send_back(order.ref)
        self.drain()
        goods = self.found(record)
        self.assertIn("has not left here yet", goods.problem)
        self.assertFalse(goods.picking_ids)
        self.world.change(order.ref, status=SHIPPED)
        self.drain()
        self.cron()
        self.assertEqual(goods.picking_ids.sale_id, self.sale(order))
        self.assertFalse(goods.problem)

    def test_an_unknown_sku_is_told_and_expected_when_its_product_is_set(self):
        record = self.send_back("old-2", sku="NEW-7")
        self.drain()
        goods = self.found(record)
        self.assertIn("No product is known for NEW-7", goods.problem)
        goods.offer_id.product_id = self.lamp
        self.age(goods)
        self.cron()
        self.assertEqual(goods.picking_ids.product_id, self.lamp)

    def test_people_decide_against_the_channel(self):
        _order, goods = self.returned(status=RETURN_REQUESTED)
        goods.action_expect()
        self.assertEqual((goods.state, len(goods.picking_ids)), ("expected", 1))
        goods.action_close()
        self.assertEqual((goods.state, goods.picking_ids.state), ("closed", "cancel"))
        self.drain()
        self.change(self.world.returns[goods.ref], status=RETURN_EXPECTED)
        self.assertEqual(goods.state, "closed")

    def test_a_return_to_the_channel_moves_nothing_here(self):
        order = self.shipped(by_channel=True)
        free, lying = self.to_sell(), self.free(self.mug, self.us.fba_warehouse_id)
        record = self.send_back(
            order.ref,
            by_channel=True,
            status=RETURN_RECEIVED,
            disposition=DAMAGED,
            disposition_text="CUSTOMER_DAMAGED",
            comment="It hums.",
            place="PHX7",
        )
        self.drain()
        goods = self.found(record)
        self.assertEqual((goods.state, goods.disposition), ("closed", "damaged"))
        self.assertEqual(goods.order_id, self.sale(order))
        self.assertEqual(goods.order_id.acorn_return_count, 1)
        self.assertFalse(goods.move_ids)
        self.assertEqual(free, self.to_sell())
        self.assertEqual(lying, self.free(self.mug, self.us.fba_warehouse_id))
        self.change(record, disposition=SELLABLE)
        self.assertEqual((goods.disposition, goods.sellable_quantity), ("sellable", 1))
        with self.assertRaisesRegex(UserError, "nothing comes here"):
            goods.action_expect()

    def test_a_bad_document_stops_no_other(self):
        bad = self.send_back("old-3", quantity=1)
        good = self.send_back("old-4", quantity=1)
        with (
            patch.object(
                self.env.registry["acorn.return"],
                "_acorn_disposition_values",
                lambda self, record: {"nonsense": 1} if record == bad else {},
            ),
            self.assertLogs("odoo.addons.acorn_base.attempt", "ERROR"),
        ):
            self.drain()
        self.assertEqual(self.message(bad.ref).state, "failed")
        self.assertTrue(self.found(good))


@tagged("post_install", "-at_install")
class TestReturnPeople(ReturnCase):
    def test_a_worker_sees_goods_and_no_money(self):
        _order, goods = self.returned(
            refunded=Money(Decimal("9.50"), "USD"), comment="Ada says it hums"
        )
        mine = goods.with_user(self.worker)
        self.assertEqual(mine.product_id.display_name, self.mug.display_name)
        self.assertTrue(mine.read(["name", "shop_id", "reason_id", "tracking"]))
        Form(mine)  # as the web client opens it
        shown = mine.web_read({"shop_id": {"fields": {"display_name": {}}}})
        self.assertEqual(shown[0]["shop_id"]["display_name"], self.shop.name)
        for name in ("refund_amount", "label_cost", "claim_paid", "comment"):
            with self.subTest(name), self.assertRaises(AccessError):
                mine.read([name])
        for change in (
            lambda: mine.write({"disposition": "sellable"}),
            lambda: mine.unlink(),
            mine.action_close,
            mine.action_expect,
        ):
            with self.assertRaises(AccessError):
                change()
        views = mine.get_views([(False, kind) for kind in ("list", "kanban", "form")])
        for kind, view in views["views"].items():
            with self.subTest(kind):
                self.assertNotIn("refund_amount", view["arch"])
                self.assertNotIn('name="comment"', view["arch"])

    def test_who_may_what(self):
        _order, goods = self.returned()
        users = {
            name: new_test_user(self.env, f"return_{name}", groups=group)
            for name, group in {
                "user": "acorn_base.group_user",
                "manager": "acorn_base.group_manager",
                "seller": "sales_team.group_sale_salesman",
            }.items()
        }
        seen = goods.with_user(users["user"])
        self.assertEqual(seen.read(["state"])[0]["state"], goods.state)
        with self.assertRaises(AccessError):
            seen.read(["refund_amount"])
        known = goods.with_user(users["manager"]).read(["refund_amount"])
        self.assertEqual(known[0]["refund_amount"], 0)
        with self.assertRaises(AccessError):
            seen.action_close()
        with self.assertRaises(AccessError):
            goods.with_user(users["seller"]).read(["name"])
        reason = goods.reason_id
        reason.with_user(users["manager"]).name = "Looks different"
        with self.assertRaises(AccessError):
            reason.with_user(users["user"]).name = "No"
        goods.with_user(users["manager"]).action_close()
        self.assertEqual(goods.state, "closed")

    def test_a_reason_has_a_name_that_people_may_change(self):
        _order, goods = self.returned(reason="NOT_AS_DESCRIBED")
        self.assertEqual(goods.reason_id.word, "NOT_AS_DESCRIBED")
        self.assertEqual(goods.reason_id.name, "Not as described")
        goods.reason_id.name = "Looks different"
        _order, other = self.returned(reason="NOT_AS_DESCRIBED")
        self.assertEqual(other.reason_id, goods.reason_id)
        self.assertEqual(other.reason_id.name, "Looks different")

    def test_how_much_of_a_product_comes_back(self):
        self.returned(quantity=1, ordered=4)
        self.returned(quantity=2, ordered=4, reason="DEFECTIVE")
        self.returned(status=RETURN_REFUSED)
        self.env.flush_all()
        analysis = self.env["acorn.return.analysis"].with_user(
            new_test_user(self.env, "reader", groups="acorn_base.group_user")
        )
        domain = [("product_id", "=", self.mug.id)]
        [row] = analysis._read_group(
            domain, ["product_id"], ["sold:sum", "returned:sum", "rate:avg"]
        )
        self.assertEqual(row[1:3], (9, 3))
        self.assertAlmostEqual(float(row[3]), 3 / 9)
        shown = analysis.formatted_read_group(
            domain, ["reason_id"], ["returned:sum", "rate:avg"]
        )
        by_reason = {
            group["reason_id"] and group["reason_id"][1]: group["returned:sum"]
            for group in shown
        }
        self.assertEqual(by_reason, {False: 0, "Not as described": 1, "Defective": 2})
        counts = self.env["acorn.return"]._read_group(
            [("state", "!=", "refused")], ["reason_id"], ["quantity:sum"]
        )
        self.assertEqual({r.word: n for r, n in counts}["DEFECTIVE"], 2)

    def test_personal_data_goes_with_the_order(self):
        order, goods = self.returned(comment="Ada Lovelace says it hums")
        goods.message_post(body="Call Ada Lovelace")
        self.assertEqual(self.message(goods.ref).order_id, order)
        self.env["acorn.eraser"]._erase(order, order.browse())
        self.assertFalse(goods.comment)
        self.assertNotIn("Lovelace", "".join(goods.message_ids.mapped("body")))
        self.assertTrue(self.message(goods.ref).purged_at)
        self.assertEqual(goods.state, "expected")
