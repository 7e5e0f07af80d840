from datetime import UTC, datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import replace
from .test_stock_user import StockUserCase


class PickCase(StockUserCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mug.barcode = "4006381333931"
        cls.lamp.barcode = "036000291452"
        cls.colleague = new_test_user(
            cls.env, "colleague", name="Bob Packer", groups="stock.group_stock_user"
        )
        cls.pick = cls.env["acorn.pick"].with_user(cls.packer)

    def take(self, record, kind="picking", user=None):
        return self.pick.with_user(user or self.packer).take(kind, record.id)

    def scan(self, record, *codes, kind="picking"):
        for code in codes:
            answer = self.pick.scan(kind, record.id, code)
        return answer

    def counts(self, task):
        return {line["code"]: line["counted"] for line in task["lines"]}


class TestPickList(PickCase):
    def test_deliveries_stand_by_ship_by_time_and_late_ones_are_marked(self):
        now = datetime.now(UTC)
        soon, late, later = (
            self.apply(ship_by=now + timedelta(hours=hours)) for hours in (2, -1, 30)
        )
        tasks = self.pick.page()
        mine = [task["number"] for task in tasks]
        self.assertEqual(mine, [order.acorn_ref for order in (late, soon, later)])
        self.assertEqual([task["late"] for task in tasks], [True, False, False])
        self.assertEqual(tasks[0]["units"], 1)
        self.assertEqual(tasks[0]["name"], late.picking_ids.name)

    def test_list_has_mine_and_nobodys_but_not_a_colleagues_nor_what_is_not_ready(self):
        free, mine, others, done, empty = (self.apply() for _number in range(5))
        mine.picking_ids.user_id = self.packer
        others.picking_ids.user_id = self.colleague
        done.picking_ids.button_validate()
        empty.picking_ids.do_unreserve()
        tasks = self.pick.page()
        self.assertEqual(
            [(task["number"], task["mine"]) for task in tasks],
            [(mine.acorn_ref, True), (free.acorn_ref, False)],
        )

    def test_menu_is_where_somebody_of_the_warehouse_finds_it(self):
        Menu = self.env["ir.ui.menu"].with_user(self.packer)
        visible = Menu._visible_menu_ids()
        self.assertIn(self.env.ref("acorn_base.stock_pick_menu").id, visible)
        self.assertNotIn(self.env.ref("acorn_base.root_menu").id, visible)

    def test_goods_at_the_channel_are_not_picked_here(self):
        self.apply(by_channel=True)
        self.assertFalse(self.pick.page())

    def test_order_of_the_company_itself_is_picked_too(self):
        order = self.ordinary_order()
        [task] = self.pick.page()
        self.assertEqual(task["number"], order.name)

    def test_every_step_of_a_warehouse_is_picked(self):
        self.us.warehouse_id.delivery_steps = "pick_ship"
        order = self.apply()
        [task] = self.pick.page()
        picking = order.picking_ids.filtered(lambda p: p.state == "assigned")
        self.assertEqual((task["id"], task["number"]), (picking.id, order.acorn_ref))
        self.take(picking)
        self.scan(picking, "MUG")
        self.assertTrue(self.pick.finish("picking", picking.id)["done"])
        [task] = self.pick.page()
        self.assertEqual(task["id"], (order.picking_ids - picking).id)

    def test_blocked_delivery_says_why_and_does_not_start(self):
        order = self.apply(self.line(cancel_requested=True))
        [task] = self.pick.page()
        self.assertFalse(task["startable"])
        self.assertIn("asks to cancel", task["blocked"][0]["reason"])
        with self.assertRaisesRegex(UserError, "asks to cancel"):
            self.take(order.picking_ids)
        self.assertFalse(order.picking_ids.user_id)

    def test_nothing_is_told_of_amounts_or_of_the_buyer(self):
        order = self.apply(self.line(price="77.77"))
        told = str(self.pick.page()) + str(self.take(order.picking_ids))
        for secret in ("77.77", order.partner_id.acorn_email, order.partner_id.name):
            self.assertNotIn(secret, told)

    def test_people_without_rights_on_deliveries_see_and_do_nothing(self):
        picking = self.apply().picking_ids
        clerk = new_test_user(self.env, "clerk", groups="acorn_base.group_user")
        pick = self.pick.with_user(clerk)
        for call in (
            pick.page,
            lambda: pick.find("1"),
            lambda: pick.take("picking", picking.id),
            lambda: pick.finish("picking", picking.id),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_deliveries_of_other_companies_are_neither_listed_nor_opened(self):
        picking = self.apply().picking_ids
        foreign = self.env["res.company"].create({"name": "Foreign"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="stock.group_stock_user",
            company_id=foreign.id,
            company_ids=[Command.set(foreign.ids)],
        )
        self.assertFalse(self.pick.with_user(stranger).page())
        with self.assertRaises(AccessError):
            self.take(picking, user=stranger)

    def test_order_number_finds_its_delivery(self):
        order = self.apply()
        picking = order.picking_ids
        found = {"kind": "picking", "id": picking.id}
        for code in (order.acorn_ref, f" {order.acorn_ref}\n", picking.name):
            self.assertEqual(self.pick.find(code), found)
        self.assertIn("No delivery", self.pick.find("4711")["text"])
        search = self.env["stock.picking"].with_user(self.packer).search
        self.assertEqual(search([("acorn_ref", "=", order.acorn_ref)]), picking)


class TestPickOne(PickCase):
    def test_right_goods_are_counted_and_the_delivery_leaves(self):
        order = self.channel_order()
        picking = order.picking_ids
        task = self.take(picking)
        self.assertEqual(picking.user_id, self.packer)
        self.assertEqual(self.counts(task), {"MUG": 0, "LAMP": 0})
        answer = self.scan(picking, "4006381333931", "MUG", "MUG", "036000291452")
        self.assertTrue(answer["ok"])
        self.assertEqual(self.counts(answer["task"]), {"MUG": 3, "LAMP": 1})
        self.assertTrue(self.pick.finish("picking", picking.id)["done"])
        self.assertEqual(picking.state, "done")
        self.assertEqual(order.delivery_status, "full")
        self.assertFalse(self.pick.page())

    def test_wrong_goods_are_refused_and_nothing_is_counted(self):
        picking = self.apply().picking_ids
        self.take(picking)
        for code, words in (
            ("LAMP", "Lamp is not ordered here"),
            ("036000291452", "Lamp is not ordered here"),
            ("999", "No goods go by 999"),
        ):
            answer = self.scan(picking, code)
            self.assertFalse(answer["ok"])
            self.assertIn(words, answer["text"])
            self.assertEqual(answer["task"]["counted"], 0)

    def test_one_too_many_is_refused(self):
        picking = self.apply().picking_ids
        self.take(picking)
        answer = self.scan(picking, "MUG", "MUG")
        self.assertFalse(answer["ok"])
        self.assertIn("picked already", answer["text"])
        self.assertEqual(answer["task"]["counted"], 1)

    def test_upc_is_known_as_scanners_read_it(self):
        picking = self.apply(self.line(sku="LAMP")).picking_ids
        self.take(picking)
        self.assertTrue(self.scan(picking, "0036000291452")["ok"])

    def test_barcode_of_a_pack_counts_all_that_is_in_it(self):
        pack = self.env["uom.uom"].create(
            {
                "name": "Pack of 6",
                "relative_factor": 6,
                "relative_uom_id": self.mug.uom_id.id,
            }
        )
        self.env["product.uom"].create(
            {"product_id": self.mug.id, "uom_id": pack.id, "barcode": "PACK6"}
        )
        picking = self.apply(self.line(quantity=7)).picking_ids
        self.take(picking)
        self.assertEqual(self.scan(picking, "PACK6")["task"]["counted"], 6)
        answer = self.scan(picking, "PACK6")
        self.assertIn("too many", answer["text"])
        self.assertEqual(self.scan(picking, "MUG")["task"]["counted"], 7)

    def test_goods_with_serials_are_counted_by_these(self):
        self.lamp.tracking = "serial"
        lots = self.env["stock.lot"].create(
            [{"name": f"SN{n}", "product_id": self.lamp.id} for n in (1, 2)]
        )
        place = self.us.warehouse_id.lot_stock_id
        Quant = self.env["stock.quant"]
        Quant._update_available_quantity(self.lamp, place, -100)
        for lot in lots:
            Quant._update_available_quantity(self.lamp, place, 1, lot_id=lot)
        picking = self.apply(self.line(sku="LAMP")).picking_ids
        reserved = picking.move_line_ids.lot_id
        self.take(picking)
        self.assertIn(reserved.name, self.scan(picking, "LAMP")["text"])
        self.assertIn(
            "not reserved", self.scan(picking, (lots - reserved).name)["text"]
        )
        self.assertTrue(self.scan(picking, reserved.name)["ok"])
        self.assertFalse(self.scan(picking, reserved.name)["ok"])
        self.assertTrue(self.pick.finish("picking", picking.id)["done"])
        self.assertEqual(picking.move_line_ids.lot_id, reserved)

    def test_lines_stand_in_the_order_of_the_places(self):
        stock = self.us.warehouse_id.lot_stock_id
        shelves = self.env["stock.location"].create(
            [{"name": name, "location_id": stock.id} for name in ("B-2", "A-1")]
        )
        Quant = self.env["stock.quant"]
        for product, shelf in zip((self.mug, self.lamp), shelves, strict=True):
            Quant._update_available_quantity(product, stock, -100)
            Quant._update_available_quantity(product, shelf, 5)
        task = self.take(self.channel_order().picking_ids)
        places = [line["place"].rsplit("/", 1)[-1] for line in task["lines"]]
        self.assertEqual(places, ["A-1", "B-2"])

    def test_counts_by_hand_stay_between_none_and_all(self):
        picking = self.apply(self.line(quantity=3)).picking_ids
        [line] = self.take(picking)["lines"]
        for asked, kept in ((2, 2), (9, 3), (-1, 0)):
            answer = self.pick.count("picking", picking.id, line["id"], asked)
            self.assertEqual(answer["task"]["counted"], kept)

    def test_scanned_number_of_another_order_opens_it(self):
        picking, other = (self.apply().picking_ids for _number in range(2))
        self.take(picking)
        answer = self.scan(picking, other.acorn_ref)
        self.assertEqual(answer["found"], {"kind": "picking", "id": other.id})
        self.assertTrue(self.scan(picking, picking.acorn_ref)["ok"])

    def test_nothing_counted_is_nothing_shipped(self):
        picking = self.apply().picking_ids
        self.take(picking)
        with self.assertRaisesRegex(UserError, "Nothing is counted"):
            self.pick.finish("picking", picking.id)
        self.assertEqual(picking.state, "assigned")

    def test_short_delivery_asks_what_becomes_of_the_rest(self):
        for rest, left in (("later", "assigned"), ("never", False)):
            order = self.channel_order()
            picking = order.picking_ids
            self.take(picking)
            self.scan(picking, "MUG", "MUG")
            [mug, lamp] = self.pick.finish("picking", picking.id)["short"]
            self.assertEqual((mug["missing"], lamp["missing"]), (1, 1))
            self.assertEqual(picking.state, "assigned")
            self.assertTrue(self.pick.finish("picking", picking.id, rest)["done"])
            self.assertEqual(order.order_line[0].qty_delivered, 2)
            told = self.env["acorn.alert"].search([("reason", "=", "amended")])
            told = told.filtered(lambda alert, o=order: alert.subject == o.acorn_ref)
            self.assertEqual(bool(told), rest == "never")
            backorder = picking.backorder_ids
            self.assertEqual(backorder.state, left)
            if backorder:
                self.assertEqual(
                    {m.product_id: m.quantity for m in backorder.move_ids},
                    {self.mug: 1, self.lamp: 1},
                )
                self.assertFalse(any(backorder.move_line_ids.mapped("acorn_counted")))

    def test_short_line_of_two_places_leaves_one_of_them_alone(self):
        stock = self.us.warehouse_id.lot_stock_id
        shelf = self.env["stock.location"].create(
            {"name": "B-2", "location_id": stock.id}
        )
        Quant = self.env["stock.quant"]
        Quant._update_available_quantity(self.mug, stock, -98)
        Quant._update_available_quantity(self.mug, shelf, 1)
        picking = self.apply(self.line(quantity=3)).picking_ids
        self.take(picking)
        self.scan(picking, "MUG", "MUG")
        self.pick.finish("picking", picking.id, "later")
        self.assertEqual(sum(picking.move_line_ids.mapped("quantity")), 2)
        self.assertEqual(picking.backorder_ids.move_line_ids.quantity, 1)

    def test_order_blocked_in_the_meantime_does_not_leave(self):
        record = self.place()
        self.drain()
        order = self.sale(record)
        self.take(order.picking_ids)
        self.scan(order.picking_ids, "MUG")
        asks = replace(record.lines[0], cancel_requested=True)
        self.world.place(
            replace(
                record,
                lines=(asks,),
                updated_at=record.updated_at + timedelta(minutes=1),
            )
        )
        self.drain()
        with self.assertRaisesRegex(UserError, "asks to cancel"):
            self.pick.finish("picking", order.picking_ids.id)

    def test_channel_hears_of_what_was_picked(self):
        order = self.apply()
        picking = order.picking_ids
        picking.write({"carrier_id": self.carrier.id, "carrier_tracking_ref": "T1"})
        self.take(picking)
        self.scan(picking, "MUG")
        self.pick.finish("picking", picking.id)
        self.drain()
        self.assertTrue(picking.acorn_known)


class TestPickTogether(PickCase):
    """Several people, and several deliveries."""

    def test_second_picker_is_told_who_picks(self):
        picking = self.apply().picking_ids
        self.take(picking)
        for call in (
            lambda: self.take(picking, user=self.colleague),
            lambda: self.pick.with_user(self.colleague).scan(
                "picking", picking.id, "MUG"
            ),
            lambda: self.pick.with_user(self.colleague).finish("picking", picking.id),
            lambda: self.pick.with_user(self.colleague).leave("picking", picking.id),
        ):
            with self.assertRaisesRegex(UserError, "packer.*is picking"):
                call()

    def test_first_picker_is_told_who_took_over(self):
        picking = self.apply().picking_ids
        self.take(picking)
        picking.user_id = self.colleague
        with self.assertRaisesRegex(UserError, "Bob Packer is picking"):
            self.scan(picking, "MUG")

    def test_delivery_given_back_is_everybodys_and_counted_anew(self):
        picking = self.apply().picking_ids
        self.take(picking)
        self.scan(picking, "MUG")
        self.pick.leave("picking", picking.id)
        with self.assertRaisesRegex(UserError, "given back"):
            self.scan(picking, "MUG")
        task = self.take(picking, user=self.colleague)
        self.assertEqual(task["counted"], 0)

    def test_delivery_that_has_left_is_not_picked_again(self):
        picking = self.apply().picking_ids
        self.take(picking)
        picking.button_validate()
        with self.assertRaisesRegex(UserError, "not ready to be picked any more"):
            self.scan(picking, "MUG")

    def batch(self, *orders):
        batch = self.env["stock.picking.batch"].create(
            {
                "user_id": self.packer.id,
                "picking_ids": [Command.link(o.picking_ids.id) for o in orders],
            }
        )
        batch.action_confirm()
        return batch

    def test_batch_is_one_walk_and_every_line_says_for_which_order(self):
        orders = [self.apply(), self.apply(self.line(sku="LAMP"))]
        batch = self.batch(*orders)
        [task] = self.pick.page()
        self.assertEqual((task["kind"], task["deliveries"]), ("batch", 2))
        task = self.take(batch, "batch")
        self.assertEqual(
            {line["code"]: line["number"] for line in task["lines"]},
            {"MUG": orders[0].acorn_ref, "LAMP": orders[1].acorn_ref},
        )
        found = self.pick.find(orders[1].acorn_ref)
        self.assertEqual(found, {"kind": "batch", "id": batch.id})
        self.scan(batch, "MUG", "LAMP", kind="batch")
        self.assertTrue(self.pick.finish("batch", batch.id)["done"])
        self.assertEqual(batch.state, "done")
        for order in orders:
            self.assertEqual(order.picking_ids.state, "done")

    def test_short_batch_leaves_what_was_not_found_for_later(self):
        orders = [self.apply(), self.apply(self.line(sku="LAMP", quantity=2))]
        batch = self.batch(*orders, other := self.apply())
        self.take(batch, "batch")
        self.scan(batch, "MUG", "LAMP", kind="batch")
        short = self.pick.finish("batch", batch.id)["short"]
        self.assertEqual(len(short), 2)
        self.assertTrue(self.pick.finish("batch", batch.id, "later")["done"])
        first, second = (order.picking_ids.sorted("id") for order in orders)
        self.assertEqual(first.state, "done")
        self.assertEqual(second.mapped("state"), ["done", "assigned"])
        self.assertEqual(other.picking_ids.state, "assigned")
        self.assertFalse(other.picking_ids.batch_id)
        self.assertEqual(other.picking_ids.move_ids.quantity, 1)

    def test_blocked_delivery_leaves_the_batch_and_the_others_leave_the_house(self):
        orders = [self.apply(), self.apply(self.line(cancel_requested=True))]
        batch = self.batch(*orders)
        task = self.take(batch, "batch")
        self.assertEqual(len(task["lines"]), 1)
        self.assertEqual(task["blocked"][0]["number"], orders[1].acorn_ref)
        self.scan(batch, "MUG", kind="batch")
        self.assertTrue(self.pick.finish("batch", batch.id)["done"])
        self.assertEqual(orders[0].picking_ids.state, "done")
        blocked = orders[1].picking_ids
        self.assertEqual(blocked.state, "assigned")
        self.assertFalse(blocked.batch_id)
        self.assertIn("asks to cancel", blocked.message_ids[0].body)
