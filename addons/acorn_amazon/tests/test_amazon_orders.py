from odoo.tests import tagged

from .common import AmazonCase


@tagged("post_install", "-at_install")
class TestAmazonOrders(AmazonCase):
    """Stories of orders, from the local Amazon into Odoo and back."""

    def advance(self, **time):
        self.world.clock.advance(**time)

    def test_order_to_ship_is_reserved_shipped_and_shipped_at_amazon(self):
        warehouse = self.site("DE").warehouse_id
        mug = self.product("MUG", 10, warehouse)
        ref = self.place()
        self.drain()
        order = self.sale(ref)
        self.assertEqual((order.state, order.currency_id.name), ("sale", "EUR"))
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertEqual(self.free(mug, warehouse), 8)
        carrier = self.env["delivery.carrier"].create(
            {"name": "DHL", "acorn_code": "DHL", "product_id": mug.id}
        )
        order.picking_ids.write(
            {"carrier_id": carrier.id, "carrier_tracking_ref": "00340434161094042557"}
        )
        order.picking_ids.button_validate()
        self.assertEqual(self.drain()["pushed"], 1)
        raw = self.world.order(ref)
        self.assertEqual(raw["fulfillment"]["fulfillmentStatus"], "SHIPPED")
        [package] = raw["packages"]
        self.assertEqual(package["trackingNumber"], "00340434161094042557")
        self.assertEqual(package["carrier"], "DHL")
        self.assertTrue(order.picking_ids.acorn_known)

    def test_pending_order_lives_on_to_its_delivery_by_amazon(self):
        warehouse = self.site("DE").fba_warehouse_id
        mug = self.product("MUG", 10, warehouse)
        ref = self.place(status="PENDING", fulfilled_by="AMAZON")
        self.drain()
        order = self.sale(ref)
        self.assertEqual((order.state, order.picking_ids.ids), ("draft", []))
        self.world.set_status(ref, "UNSHIPPED")
        self.later()
        self.assertEqual(order.picking_ids.state, "assigned")
        self.world.set_status(ref, "SHIPPED")
        self.later()
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(self.on_hand(mug, warehouse), 8)
        self.assertEqual(
            order.amount_total + order.acorn_channel_tax, order.acorn_total
        )

    def test_cancelled_order_frees_its_stock(self):
        warehouse = self.site("DE").warehouse_id
        mug = self.product("MUG", 10, warehouse)
        ref = self.place()
        self.drain()
        self.assertEqual(self.free(mug, warehouse), 8)
        self.world.cancel_order(ref)
        self.later()
        self.assertEqual(self.sale(ref).state, "cancel")
        self.assertEqual(self.free(mug, warehouse), 10)

    def test_orders_of_all_sites_come_with_one_call(self):
        refs = [self.place(site=site) for site in ("DE", "FR", "IT", "GB", "PL")]
        self.world.forget_calls()
        self.drain()
        calls = self.world.show_calls("searchOrders")
        self.assertEqual(len(calls), 1)
        orders = [self.sale(ref) for ref in refs]
        self.assertEqual(
            [order.currency_id.name for order in orders],
            ["EUR", "EUR", "EUR", "GBP", "PLN"],
        )
        for order in orders:
            self.assertEqual(
                round(order.amount_total + order.acorn_channel_tax, 2),
                round(order.acorn_total, 2),
            )

    def test_listing_report_links_offers_to_products(self):
        sku = self.world.show_listings("eu")[0]["sku"]
        product = self.product(sku)
        self.drain()
        self.later(minutes=15)
        offer = self.env["acorn.offer"].search(
            [("shop_id", "=", self.shop.id), ("sku", "=", sku)]
        )
        self.assertEqual(offer.product_id, product)
        self.assertTrue(offer.listing_ids)

    def test_order_sold_elsewhere_moves_stock_and_is_no_revenue(self):
        warehouse = self.site("DE").fba_warehouse_id
        mug = self.product("MUG", 10, warehouse)
        ref = self.place(fulfilled_by="AMAZON", status="SHIPPED", on_amazon=False)
        self.drain()
        order = self.sale(ref)
        self.assertFalse(order.acorn_on_channel)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(self.on_hand(mug, warehouse), 8)
        self.assertEqual((order.amount_total, order.invoice_status), (0, "no"))

    def test_lost_answer_of_a_confirmation_is_asked_for(self):
        mug = self.product("MUG", 10, self.site("DE").warehouse_id)
        ref = self.place()
        self.drain()
        order = self.sale(ref)
        carrier = self.env["delivery.carrier"].create(
            {"name": "DHL", "acorn_code": "DHL", "product_id": mug.id}
        )
        order.picking_ids.write(
            {"carrier_id": carrier.id, "carrier_tracking_ref": "T1"}
        )
        order.picking_ids.button_validate()
        self.world.add_fault(operation="confirmShipment", kind="lost_answer")
        self.drain()
        message = self.message(ref, "out")
        self.assertEqual(message.state, "waiting")
        message.sudo().next_try = False
        self.drain()
        self.assertEqual(message.state, "done")
        self.assertEqual(len(self.world.received_shipments()), 1)

    def later(self, **time):
        """Let time pass so that what changed is visible, then fetch."""
        self.advance(**(time or {"minutes": 10}))
        self.drain()

    def test_order_that_becomes_visible_twelve_minutes_late_is_found(self):
        """Each fetch looks again at the ten minutes before the last one."""
        self.drain()
        self.world.set_options(late_seconds=12 * 60)
        line = {"sku": "MUG", "quantity": 2, "price": "10.00"}
        ref = self.world.place_order([line], "DE", status="UNSHIPPED")["orderId"]
        seen = []
        for _fetch in range(6):
            self.world.clock.advance(minutes=3)
            self.drain()
            seen.append(bool(self.sale(ref)))
        self.assertEqual(seen, [False] * 3 + [True] * 3)
