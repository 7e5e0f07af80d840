from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import SHIPPED, UNSHIPPED, AcornCase, replace
from .dummy import World


class SourcesCase(AcornCase):
    """A quantity group that sells from two warehouses: first A, then B."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.us.warehouse_id
        cls.b = cls.env["stock.warehouse"].create({"name": "Branch", "code": "BRA"})
        cls.group = cls.us.quantity_group_id
        cls.group.source_ids = [
            Command.create({"warehouse_id": cls.b.id, "sequence": 20})
        ]
        for product in cls.products:
            cls.set_stock(product, cls.a, -100)

    def stock(self, product=None, **counts):
        """Put goods where the orders take them from: stock(a=3, b=1)."""
        for name, count in counts.items():
            self.set_stock(product or self.mug, getattr(self, name), count)

    def place_in(self, warehouse, name, **values):
        return self.env["stock.location"].create(
            {"name": name, "location_id": warehouse.lot_stock_id.id, **values}
        )

    def put(self, location, count, product=None):
        self.env["stock.quant"]._update_available_quantity(
            product or self.mug, location, count
        )

    def moves(self, order):
        return order.order_line.move_ids.filtered(lambda m: m.state != "cancel")

    def split(self, order):
        """Return what leaves from where: {location: (wanted, reserved)}."""
        found = {}
        for move in self.moves(order).sorted("id"):
            wanted, reserved = found.get(move.location_id, (0, 0))
            found[move.location_id] = (
                wanted + move.product_uom_qty,
                reserved + move.quantity,
            )
        return found

    def assertSplit(self, order, expected):
        """{warehouse or location: (wanted, reserved)}"""
        self.assertEqual(
            self.split(order),
            {
                getattr(place, "lot_stock_id", place): counts
                for place, counts in expected.items()
            },
        )

    def assertNoneReservedTwice(self):
        self.env.flush_all()
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", self.products.ids),
                ("location_id.usage", "=", "internal"),
            ]
        )
        for quant in quants:
            self.assertGreaterEqual(quant.quantity, quant.reserved_quantity)
            self.assertGreaterEqual(quant.reserved_quantity, 0)
            lines = self.env["stock.move.line"].search(
                [
                    ("product_id", "=", quant.product_id.id),
                    ("location_id", "=", quant.location_id.id),
                    ("state", "not in", ("done", "cancel")),
                ]
            )
            self.assertEqual(quant.reserved_quantity, sum(lines.mapped("quantity")))


class TestOrderSources(SourcesCase):
    """What was published from A and B is reserved in A and B."""

    def test_the_first_source_is_preferred(self):
        self.stock(a=5, b=5)
        order = self.apply(self.line(quantity=2))
        self.assertSplit(order, {self.a: (2, 2)})
        self.assertEqual(order.warehouse_id, self.a)

    def test_an_order_leaves_whole_from_the_source_that_has_all_of_it(self):
        self.stock(a=1, b=2)
        order = self.apply(self.line(quantity=2))
        self.assertSplit(order, {self.b: (2, 2)})
        self.assertEqual(order.warehouse_id, self.b)
        self.assertEqual(order.picking_ids.picking_type_id, self.b.out_type_id)
        self.assertEqual(order.order_line[:1].warehouse_id, self.b)

    def test_what_neither_has_alone_leaves_from_both(self):
        self.stock(a=2, b=2)
        order = self.apply(self.line(quantity=3))
        self.assertSplit(order, {self.a: (2, 2), self.b: (1, 1)})
        self.assertEqual(order.warehouse_id, self.a)
        self.assertEqual(
            order.picking_ids.picking_type_id, self.a.out_type_id | self.b.out_type_id
        )
        self.assertEqual(set(order.picking_ids.mapped("state")), {"assigned"})
        self.assertNoneReservedTwice()

    def test_lines_leave_where_their_goods_lie(self):
        self.stock(a=1)
        self.stock(self.lamp, b=1)
        order = self.apply(self.line(), self.line("2", "LAMP"))
        found = {m.product_id: m.location_id.warehouse_id for m in self.moves(order)}
        self.assertEqual(found, {self.mug: self.a, self.lamp: self.b})

    def test_what_is_missing_waits_at_the_first_source(self):
        self.stock(a=1, b=1)
        order = self.apply(self.line(quantity=5))
        self.assertSplit(order, {self.a: (4, 1), self.b: (1, 1)})
        self.assertNoneReservedTwice()

    def test_orders_of_one_batch_share_what_there_is(self):
        self.stock(a=2, b=2)
        records = [self.place(self.line(quantity=1)) for _each in range(5)]
        self.drain()
        orders = [self.sale(record) for record in records]
        self.assertEqual(
            [order.warehouse_id for order in orders],
            [self.a, self.a, self.b, self.b, self.a],
        )
        self.assertEqual(
            [order.picking_ids.state for order in orders],
            ["assigned"] * 4 + ["confirmed"],
        )
        self.assertNoneReservedTwice()

    def test_priority_is_what_people_drag_it_to(self):
        self.group.source_ids[0].sequence = 30
        self.stock(a=5, b=5)
        self.assertSplit(self.apply(), {self.b: (1, 1)})

    def test_goods_that_have_left_leave_both(self):
        self.stock(a=2, b=2)
        order = self.apply(self.line(quantity=3), status=SHIPPED)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})
        self.assertEqual(self.on_hand(self.mug, self.a), 0)
        self.assertEqual(self.on_hand(self.mug, self.b), 1)
        self.assertEqual(order.delivery_status, "full")

    def test_what_the_channel_ships_has_one_source(self):
        self.stock(a=5, b=5)
        order = self.apply(by_channel=True)
        self.assertSplit(order, {self.us.fba_warehouse_id: (1, 1)})

    # === THE SAME AS ODOO'S === #

    def test_odoos_own_way_splits_alike(self):
        self.patch(
            self.env.registry["sale.order"], "_acorn_plain_rules", lambda s, lines: {}
        )
        self.test_what_neither_has_alone_leaves_from_both()
        self.assertSplit(
            self.apply(self.line(quantity=3)), {self.a: (2, 0), self.b: (1, 1)}
        )

    def test_lots_are_split_alike(self):
        self.mug.tracking = "lot"
        lots = self.env["stock.lot"].create(
            [{"product_id": self.mug.id, "name": name} for name in ("L1", "L2")]
        )
        for lot, warehouse in zip(lots, (self.a, self.b), strict=True):
            self.env["stock.quant"]._update_available_quantity(
                self.mug, warehouse.lot_stock_id, 2, lot_id=lot
            )
        order = self.apply(self.line(quantity=3))
        self.assertSplit(order, {self.a: (2, 2), self.b: (1, 1)})
        self.assertEqual(self.moves(order).move_line_ids.lot_id, lots)

    # === FURTHER STEPS === #

    def test_a_warehouse_of_two_steps_picks_its_part(self):
        self.a.delivery_steps = "pick_ship"
        self.stock(a=2, b=2)
        order = self.apply(self.line(quantity=3))
        self.assertSplit(order, {self.a: (2, 2), self.b: (1, 1)})
        self.assertEqual(
            order.picking_ids.picking_type_id, self.a.pick_type_id | self.b.out_type_id
        )

    def test_goods_that_left_both_leave_in_all_steps(self):
        self.a.delivery_steps = "pick_ship"
        self.stock(a=2, b=2)
        record = self.place(self.line(quantity=3))
        self.drain()
        self.world.change(record.ref, status=SHIPPED)
        self.drain()
        order = self.sale(record)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})
        self.assertEqual(len(order.picking_ids), 3)
        self.assertEqual(order.order_line[:1].qty_delivered, 3)
        self.assertEqual(self.on_hand(self.mug, self.a), 0)
        self.assertEqual(self.on_hand(self.mug, self.b), 1)

    # === PLACES === #

    def sell_from(self, *places):
        """Sell from (warehouse, place) alone, by priority."""
        self.group.source_ids.unlink()
        self.group.source_ids = [
            Command.create(
                {"warehouse_id": warehouse.id, "place_id": place.id, "sequence": number}
            )
            for number, (warehouse, place) in enumerate(places)
        ]

    def test_goods_are_reserved_in_the_place_that_is_sold(self):
        shop_floor = self.place_in(self.a, "Shop floor")
        self.sell_from((self.a, shop_floor))
        self.put(self.a.lot_stock_id, 5)
        self.put(shop_floor, 1)
        order = self.apply(self.line(quantity=2))
        self.assertSplit(order, {shop_floor: (2, 1)})
        self.assertEqual(order.picking_ids.picking_type_id, self.a.out_type_id)
        order.picking_ids.action_assign()
        self.assertSplit(order, {shop_floor: (2, 1)})

    def test_places_of_one_warehouse_leave_in_one_delivery(self):
        first, second = self.place_in(self.a, "First"), self.place_in(self.a, "Second")
        empty = self.env["stock.location"]
        self.sell_from((self.a, first), (self.b, empty), (self.a, second))
        for place in (first, second):
            self.put(place, 1)
        for plainly in (True, False):
            if not plainly:
                self.patch(
                    self.env.registry["sale.order"],
                    "_acorn_plain_rules",
                    lambda s, lines: {},
                )
                for place in (first, second):
                    self.put(place, 1)
            with self.subTest(plainly=plainly):
                order = self.apply(self.line(quantity=2))
                self.assertSplit(order, {first: (1, 1), second: (1, 1)})
                self.assertEqual(order.picking_ids.location_id, self.a.lot_stock_id)
                self.assertEqual(len(order.picking_ids), 1)

    def test_a_place_in_a_warehouse_of_two_steps_is_picked_there(self):
        self.a.delivery_steps = "pick_ship"
        shop_floor = self.place_in(self.a, "Shop floor")
        self.sell_from((self.a, shop_floor))
        self.put(self.a.lot_stock_id, 5)
        self.put(shop_floor, 1)
        order = self.apply()
        self.assertSplit(order, {shop_floor: (1, 1)})
        self.assertEqual(order.picking_ids.picking_type_id, self.a.pick_type_id)

    # === AMENDMENTS === #

    def amend(self, record, quantity, **values):
        line = replace(record.lines[0], quantity=quantity)
        total = sum((c.net + c.tax for c in line.charges), 0)
        record = self.world.change(record.ref, lines=(line,), total=total, **values)
        self.drain()
        self.assertApplied(record)
        return record

    def arrive(self, quantity, **values):
        record = self.place(self.line(quantity=quantity), **values)
        self.drain()
        return record, self.sale(record)

    def test_what_is_added_is_sourced_as_well(self):
        self.stock(a=2, b=2)
        record, order = self.arrive(1)
        self.amend(record, 4)
        self.assertSplit(order, {self.a: (2, 2), self.b: (2, 2)})
        self.assertNoneReservedTwice()

    def test_what_is_added_joins_the_delivery_that_there_is(self):
        self.stock(a=1, b=3)
        record, order = self.arrive(2)
        self.amend(record, 3)
        self.assertSplit(order, {self.b: (3, 3)})
        self.assertEqual(len(order.picking_ids), 1)

    def test_less_is_taken_from_the_last_source(self):
        self.stock(a=2, b=2)
        record, order = self.arrive(4)
        self.assertSplit(order, {self.a: (2, 2), self.b: (2, 2)})
        self.amend(record, 3)
        self.assertSplit(order, {self.a: (2, 2), self.b: (1, 1)})
        self.amend(record, 1)
        self.assertSplit(order, {self.a: (1, 1)})
        self.assertNoneReservedTwice()
        self.assertEqual(self.free(self.mug, self.b), 2)

    def test_what_waits_for_goods_goes_before_what_has_them(self):
        self.stock(a=1, b=1)
        record, order = self.arrive(3)
        self.assertSplit(order, {self.a: (2, 1), self.b: (1, 1)})
        self.amend(record, 2)
        self.assertSplit(order, {self.a: (1, 1), self.b: (1, 1)})

    def test_less_in_a_place_of_two_steps(self):
        self.a.delivery_steps = "pick_ship"
        shop_floor = self.place_in(self.a, "Shop floor")
        self.sell_from((self.a, shop_floor), (self.b, shop_floor.browse()))
        self.put(shop_floor, 2)
        self.stock(b=1)
        record, order = self.arrive(3)
        self.assertSplit(order, {shop_floor: (2, 2), self.b: (1, 1)})
        self.amend(record, 1)
        self.assertSplit(order, {shop_floor: (1, 1)})

    def test_less_after_a_part_has_left(self):
        self.stock(a=2, b=2)
        record, order = self.arrive(4)
        first = order.picking_ids.filtered(
            lambda p: p.picking_type_id == self.a.out_type_id
        )
        first.move_ids.picked = True
        first._action_done()
        self.amend(record, 3)
        self.assertEqual(
            {m.location_id: (m.state, m.quantity) for m in self.moves(order)},
            {
                self.a.lot_stock_id: ("done", 2),
                self.b.lot_stock_id: ("assigned", 1),
            },
        )

    def test_cancelling_frees_both(self):
        self.stock(a=2, b=2)
        record, order = self.arrive(4)
        self.world.change(record.ref, status="cancelled")
        self.drain()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})
        self.assertEqual(self.free(self.mug, self.a), 2)
        self.assertEqual(self.free(self.mug, self.b), 2)
        self.assertNoneReservedTwice()

    def test_a_pending_order_is_sourced_when_it_is_released(self):
        self.stock(a=1, b=2)
        record, order = self.arrive(2, status="pending")
        self.assertFalse(order.picking_ids)
        self.world.change(record.ref, status=UNSHIPPED)
        self.drain()
        self.assertSplit(order, {self.b: (2, 2)})

    def test_a_product_that_became_known_is_sourced(self):
        record = self.place(self.line(sku="NEW", quantity=3))
        self.drain()
        self.stock(a=2, b=2)
        order = self.sale(record)
        order.order_line.acorn_offer_id.product_id = self.mug
        self.message(record).action_retry()
        self.assertSplit(order, {self.a: (2, 2), self.b: (1, 1)})

    def test_a_salesperson_without_rights_on_stock_may_change_units(self):
        self.stock(a=2, b=2)
        _record, order = self.arrive(1)
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        line = order.order_line[:1].with_user(seller)
        line.product_uom_qty = 4
        self.assertSplit(order, {self.a: (2, 2), self.b: (2, 2)})
        line.product_uom_qty = 1
        self.assertSplit(order, {self.a: (1, 1)})

    def test_what_was_split_is_amended_after_the_sources_changed(self):
        self.stock(a=1, b=2)
        record, order = self.arrive(3)
        self.group.source_ids[1:].unlink()
        self.amend(record, 2)
        self.assertSplit(order, {self.a: (1, 1), self.b: (1, 1)})
        self.amend(record, 4)
        self.assertSplit(order, {self.a: (3, 1), self.b: (1, 1)})

    # === DELIVERED AT THE CHANNEL === #

    def test_a_part_that_left_is_taken_from_where_the_goods_are(self):
        self.stock(a=1, b=2)
        record, order = self.arrive(5)
        self.assertSplit(order, {self.a: (3, 1), self.b: (2, 2)})
        line = replace(record.lines[0], quantity_shipped=3, quantity_open=2)
        self.world.change(record.ref, status="partially_shipped", lines=(line,))
        self.drain()
        self.assertEqual(order.order_line[:1].qty_delivered, 3)
        self.assertEqual(self.on_hand(self.mug, self.a), 0)
        self.assertEqual(self.on_hand(self.mug, self.b), 0)
        line = replace(record.lines[0], quantity_shipped=5)
        self.world.change(record.ref, status=SHIPPED, lines=(line,))
        self.drain()
        self.assertEqual(order.order_line[:1].qty_delivered, 5)
        self.assertEqual(self.on_hand(self.mug, self.a), -2)


class TestNotForSale(SourcesCase):
    """What is not for sale is never taken for an order, wherever it lies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quarantine = cls.env["stock.location"].create(
            {
                "name": "Quarantine",
                "location_id": cls.a.lot_stock_id.id,
                "acorn_not_sold": True,
            }
        )
        cls.box = cls.quarantine.create(
            {"name": "Box", "location_id": cls.quarantine.id}
        )

    def odoos_own_way(self):
        self.patch(
            self.env.registry["sale.order"], "_acorn_plain_rules", lambda s, lines: {}
        )

    def test_what_lies_below_is_withheld_too(self):
        self.assertTrue(self.box.acorn_withheld)
        self.assertFalse(self.a.lot_stock_id.acorn_withheld)
        self.quarantine.acorn_not_sold = False
        self.assertFalse(self.box.acorn_withheld)
        self.box.location_id = self.place_in(self.b, "Returns", acorn_not_sold=True)
        self.assertTrue(self.box.acorn_withheld)

    def test_an_order_waits_rather_than_take_it(self):
        self.put(self.quarantine, 5)
        self.put(self.box, 5)
        order = self.apply()
        self.assertSplit(order, {self.a: (1, 0)})
        order.picking_ids.action_assign()
        self.assertSplit(order, {self.a: (1, 0)})

    def test_an_order_on_odoos_own_way_waits_too(self):
        self.odoos_own_way()
        self.test_an_order_waits_rather_than_take_it()

    def test_with_one_source_it_is_left_as_well(self):
        self.group.source_ids[1:].unlink()
        self.test_an_order_waits_rather_than_take_it()

    def test_an_order_takes_what_lies_beside_it(self):
        self.put(self.quarantine, 5)
        self.stock(a=1)
        order = self.apply(self.line(quantity=2))
        self.assertSplit(order, {self.a: (2, 1)})
        self.assertEqual(
            self.moves(order).move_line_ids.location_id, self.a.lot_stock_id
        )

    def test_another_source_serves_what_is_in_quarantine_here(self):
        self.put(self.quarantine, 5)
        self.stock(b=1)
        self.assertSplit(self.apply(), {self.b: (1, 1)})

    def test_no_removal_strategy_finds_it(self):
        self.put(self.quarantine, 5)
        for strategy in self.env["product.removal"].search([]):
            with self.subTest(strategy.method):
                self.mug.categ_id.removal_strategy_id = strategy
                self.assertSplit(self.apply(), {self.a: (1, 0)})

    def test_a_source_that_is_not_for_sale_itself_gives_nothing(self):
        self.a.lot_stock_id.acorn_not_sold = True
        self.stock(a=5)
        self.assertSplit(self.apply(), {self.a: (1, 0)})
        self.stock(b=1)
        self.assertSplit(self.apply(), {self.b: (1, 1)})

    def test_a_route_of_two_steps_does_not_pick_it(self):
        self.a.delivery_steps = "pick_ship"
        self.put(self.quarantine, 5)
        self.assertSplit(self.apply(), {self.a: (1, 0)})

    def transfer(self, source, quantity):
        move = self.env["stock.move"].create(
            {
                "product_id": self.mug.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": self.b.lot_stock_id.id,
                "picking_type_id": self.a.int_type_id.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        return move

    def test_a_person_moves_goods_out_of_it(self):
        self.put(self.quarantine, 1)
        self.put(self.box, 1)
        move = self.transfer(self.quarantine, 2)
        self.assertEqual((move.state, move.quantity), ("assigned", 2))
        move.picked = True
        move._action_done()
        self.assertEqual(self.free(self.mug, self.b), 2)

    def test_a_person_takes_it_by_hand(self):
        self.put(self.quarantine, 1)
        move = self.transfer(self.a.lot_stock_id, 1)
        self.assertEqual(move.quantity, 0)
        move.move_line_ids = [
            Command.create(
                {
                    "product_id": self.mug.id,
                    "location_id": self.quarantine.id,
                    "quantity": 1,
                }
            )
        ]
        move.picked = True
        move._action_done()
        self.assertEqual(self.on_hand(self.mug, self.a), 0)

    def test_what_was_reserved_before_is_given_back(self):
        self.put(self.box, 1)
        self.quarantine.acorn_not_sold = False
        order = self.apply()
        self.assertSplit(order, {self.a: (1, 1)})
        self.quarantine.acorn_not_sold = True
        order.picking_ids.do_unreserve()
        self.assertNoneReservedTwice()
        order.picking_ids.action_assign()
        self.assertSplit(order, {self.a: (1, 0)})


class TestRace(SourcesCase):
    """Two shops, one unit, both orders arrive: one has it, the other waits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.shop.copy(
            {"name": "Other shop", "orders_since": cls.shop.orders_since}
        )
        cls.worlds[cls.other.id] = World()
        cls.other.action_check_connection()
        site = cls.other.site_ids.filtered(lambda s: s.code == "US")
        site.quantity_group_id.source_ids.unlink()
        site.quantity_group_id.source_ids = [
            Command.create({"warehouse_id": cls.b.id, "sequence": 1}),
            Command.create({"warehouse_id": cls.a.id, "sequence": 2}),
        ]
        cls.their_site = site

    def setUp(self):
        super().setUp()
        for name, value in vars(World()).items():
            setattr(self.worlds[self.other.id], name, value)
        self.other.stream_ids._make_due()

    def there(self, *lines, **values):
        """Place an order with the other shop."""
        record = self.order(*lines, **values)
        return self.worlds[self.other.id].place(record)

    def test_one_has_the_last_unit_and_the_other_waits(self):
        self.stock(a=1)
        records = [self.place(), self.there()]
        self.drain(self.shop | self.other)
        orders = self.env["sale.order"].search(
            [("acorn_ref", "in", [record.ref for record in records])]
        )
        self.assertEqual(
            sorted(orders.picking_ids.mapped("state")), ["assigned", "confirmed"]
        )
        self.assertNoneReservedTwice()
        waiting = orders.filtered(lambda o: o.picking_ids.state == "confirmed")
        self.assertEqual(waiting.acorn_shop_id, self.other)
        self.assertEqual(waiting.warehouse_id, self.b, "its own first source")

    def batch(self, shop):
        """Let a shop's orders be received; return them and their lane."""
        Message = self.env["acorn.message"]
        page = shop._channel().pull("order", {"until": "2020-01-01T00:00:00+00:00"})
        messages = Message._receive(shop, page.documents)
        return messages, set(messages.mapped("lane_key"))

    def test_a_lane_takes_all_warehouses_of_its_orders(self):
        self.place()
        self.there()
        mine, key = self.batch(self.shop)
        self.assertEqual(key, {self.a.id})
        self.assertEqual(mine._further_lanes(), {self.b.id})
        theirs, key = self.batch(self.other)
        self.assertEqual(key, {self.b.id})
        self.assertEqual(theirs._further_lanes(), {self.a.id})

    def test_a_lane_of_the_channels_own_warehouse_takes_no_other(self):
        self.place(by_channel=True)
        messages, key = self.batch(self.shop)
        self.assertEqual(key, {self.us.fba_warehouse_id.id})
        self.assertFalse(messages._further_lanes())

    def test_two_lanes_that_share_a_warehouse_never_wait_for_each_other(self):
        """Each leaves the batch, holding nothing, while the other one works."""
        record = self.place()
        self.stock(a=1)
        messages, _key = self.batch(self.shop)
        for taken in (self.a, self.b):
            with self.subTest(taken.name), self.env.registry.cursor() as other_lane:
                other_lane.execute(
                    "SELECT pg_advisory_lock(hashtext('acorn.lane'), %s)", [taken.id]
                )
                self.drain()
                self.assertEqual(messages.state, "pending")
                other_lane.execute("SELECT pg_advisory_unlock_all()")
        self.drain()
        self.assertSplit(self.sale(record), {self.a: (1, 1)})


@tagged("-at_install", "post_install")
class TestLocationViews(SourcesCase):
    def test_people_see_and_set_what_is_not_for_sale(self):
        location = self.place_in(self.a, "Quarantine")
        with Form(location) as form:
            form.acorn_not_sold = True
        self.assertTrue(location.acorn_withheld)
        found = self.env["stock.location"].get_views(
            [(False, "list"), (False, "search")]
        )
        self.assertIn("acorn_not_sold", found["views"]["list"]["arch"])
        self.assertIn("acorn_withheld", found["views"]["search"]["arch"])
