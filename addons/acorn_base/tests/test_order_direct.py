from .common import SHIPPED, AcornCase, replace


class TestDirectDelivery(AcornCase):
    def make(self, name, **values):
        return self.env["product.product"].create(
            {"name": name, "default_code": name.upper(), "is_storable": True} | values
        )

    def two_steps(self):
        self.us.warehouse_id.delivery_steps = "pick_ship"

    def test_orders_that_are_locked_at_confirmation_are_delivered_in_steps(self):
        self.two_steps()
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "sale.group_auto_done_setting"
        )
        sale = self.apply()
        self.assertTrue(sale.locked)
        self.assertEqual(sale.picking_ids.picking_type_code, "internal")

    def test_goods_without_stock_have_one_line_when_they_left(self):
        self.make("Bag", is_storable=False)
        sale = self.apply(self.line(sku="BAG", quantity=2), status=SHIPPED)
        self.assertEqual(sale.picking_ids.state, "done")
        self.assertEqual(sale.picking_ids.move_line_ids.mapped("quantity"), [2])

    def test_goods_no_longer_counted_are_not_reserved_twice(self):
        bag = self.make("Bag")
        self.set_stock(bag, self.us.warehouse_id, 10)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_template SET is_storable = false WHERE id = %s",
            [bag.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        sale = self.apply(self.line(sku="BAG", quantity=2))
        self.assertEqual(sale.picking_ids.move_ids.quantity, 2)

    def pack(self, product, quantity):
        package = self.env["stock.package"].create({"name": "PACK-1"})
        self.env["stock.quant"]._update_available_quantity(
            product, self.us.warehouse_id.lot_stock_id, quantity, package_id=package
        )
        return package

    def test_a_package_that_is_taken_whole_stays_a_package(self):
        package = self.pack(self.make("Box"), 3)
        sale = self.apply(self.line(sku="BOX", quantity=3))
        self.assertEqual(sale.picking_ids.move_line_ids.result_package_id, package)

    def test_a_whole_package_leaves_while_more_is_owed(self):
        self.pack(self.make("Box"), 3)
        record = self.place(self.line(sku="BOX", quantity=5))
        self.drain()
        record = self.world.change(
            record.ref,
            status="partially_shipped",
            lines=(replace(record.lines[0], quantity_shipped=3),),
        )
        self.drain()
        self.assertApplied(record)
        sale = self.sale(record)
        self.assertEqual(sale.order_line[:1].qty_delivered, 3)

    def test_more_than_there_is_leaves_once(self):
        sale = self.apply(self.line(quantity=150), status=SHIPPED)
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.mug.id),
                ("location_id", "=", self.us.warehouse_id.lot_stock_id.id),
            ]
        )
        self.assertEqual(sale.picking_ids.state, "done")
        self.assertEqual(sum(quants.mapped("quantity")), -50)
        self.assertFalse(sum(quants.mapped("reserved_quantity")))

    def reorder(self, trigger):
        return self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.mug.id,
                "warehouse_id": self.us.warehouse_id.id,
                "location_id": self.us.warehouse_id.lot_stock_id.id,
                "product_min_qty": 50,
                "product_max_qty": 100,
                "trigger": trigger,
            }
        )

    def test_what_is_to_be_ordered_follows_deliveries_in_bulk(self):
        orderpoint = self.reorder("manual")
        self.assertEqual(orderpoint.qty_to_order, 0)
        self.apply(self.line(quantity=60))
        self.assertEqual(orderpoint.qty_to_order, 60)

    def test_what_falls_short_is_ordered_at_once_where_somebody_asked_for_it(self):
        source = self.env["stock.warehouse"].create({"name": "Spare", "code": "SPARE"})
        self.us.warehouse_id.resupply_wh_ids = source
        route = self.us.warehouse_id.resupply_route_ids
        self.mug.route_ids = route
        self.reorder("auto")
        self.env.flush_all()
        self.apply(self.line(quantity=60))
        moves = self.env["stock.move"].search(
            [
                ("product_id", "=", self.mug.id),
                ("location_dest_id", "child_of", self.us.warehouse_id.lot_stock_id.id),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 60)
