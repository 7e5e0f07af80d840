"""What Amazon keeps: compared, and moved by what its ledger tells, each event once."""

from datetime import datetime, timedelta, timezone

from .common import AmazonCase


class TestFbaStock(AmazonCase):
    def setUp(self):
        super().setUp()
        self.warehouse = self.site("DE").fba_warehouse_id
        # Each test asks for what it is about: all else would cost its time.
        wanted = ("order", "fba_stock", "ledger")
        self.shop.stream_ids.filtered(lambda s: s.kind not in wanted).active = False
        for listing in list(self.world.listings["eu"]):
            listing.product = {**listing.product, "fba": ()}

    def goods(self, quantity=50, sku="MUG", **values):
        """Goods that lie at Amazon, and are counted so here."""
        product = self.product(sku, quantity, self.warehouse)
        product.write(values)
        self.world.put_fba_stock("eu", "DE", sku, fulfillableQuantity=quantity)
        return product

    def happen(self, quantity, type="Adjustments", sku="MUG", days=0, **details):
        when = self.world.clock.now() - timedelta(days=days)
        return self.world.add_fba_event("eu", sku, type, quantity, when=when, **details)

    def read_ledger(self):
        """Let Amazon make the report, and read it."""
        for _step in range(2):
            self.drain()
            self.world.clock.advance(minutes=2)
        self.drain()

    def events(self):
        return self.env["acorn.stock.event"].search([("shop_id", "=", self.shop.id)])

    def shown(self, sku="MUG"):
        return self.env["acorn.channel.stock"].search(
            [("shop_id", "=", self.shop.id), ("offer_id.sku", "=", sku)]
        )

    def at(self, product, location):
        return product.with_context(location=location.ids).qty_available

    def test_a_ledger_event_is_booked_once(self):
        mug = self.goods(50)
        self.happen(-2, reason="M", reference="R-1")
        self.happen(-2, reason="M", reference="R-1")  # equal, and yet another
        self.read_ledger()
        self.assertEqual(self.events().mapped("state"), ["booked", "booked"])
        self.assertEqual(self.on_hand(mug, self.warehouse), 46)
        self.world.fba.events[0].reconciled = 2  # Amazon has seen to it
        self.happen(1, reason="F", reference="R-2")
        self.read_ledger()
        self.assertEqual(len(self.events()), 3)
        self.assertEqual(self.on_hand(mug, self.warehouse), 47)
        move = self.events()[-1].move_ids
        noon = datetime.now(timezone.utc).replace(tzinfo=None).date()
        self.assertEqual(move.date.date(), noon)
        self.assertEqual(move.reference, "Lost M R-1 LEJ1")
        self.env["acorn.message"].search([("kind", "=", "ledger")]).action_replay()
        self.drain()
        self.assertEqual(self.on_hand(mug, self.warehouse), 47)

    def test_damaged_goods_become_unsellable(self):
        mug = self.goods(50)
        self.happen(-3, reason="E")
        self.happen(3, reason="P", disposition="WAREHOUSE_DAMAGED")
        self.happen(-1, reason="D", disposition="WAREHOUSE_DAMAGED")
        self.read_ledger()
        warehouse = self.warehouse
        self.assertEqual(self.on_hand(mug, warehouse), 47)
        self.assertEqual(self.at(mug, warehouse.acorn_unsellable_id), 2)
        self.assertEqual(self.at(mug, warehouse.acorn_researching_id), 0)
        shown = self.shown()
        self.assertEqual((shown.difference, shown.unsellable_difference), (0, 0))
        self.assertEqual(shown.unsellable_kinds, "warehouseDamaged: 2")

    def test_sales_are_moved_by_orders_alone(self):
        mug = self.goods(50)
        self.place(
            {"sku": "MUG", "quantity": 4, "price": "10.00"},
            fulfilled_by="AMAZON",
            status="UNSHIPPED",
        )
        pending = {"sku": "MUG", "quantity": 5, "price": "10.00"}
        self.place(pending, fulfilled_by="AMAZON", status="PENDING")
        self.read_ledger()
        shown = self.shown()
        self.assertEqual((shown.fulfillable, shown.reserved_orders), (41, 9))
        self.assertEqual((shown.ours, shown.difference), (50, 0))
        for raw in self.world.find_orders(account="eu", status="UNSHIPPED"):
            self.world.set_status(raw["orderId"], "SHIPPED")
        self.world.clock.advance(minutes=5)
        self.read_ledger()
        self.assertEqual(self.on_hand(mug, self.warehouse), 46)
        self.assertFalse(self.events())
        self.assertEqual(self.shown().difference, 0)

    def test_a_difference_is_told_and_closes_itself_and_books_nothing(self):
        mug = self.goods(50)
        self.world.put_fba_stock("eu", "DE", "MUG", fulfillableQuantity=-6)
        self.drain()
        self.assertEqual(self.shown().difference, -6)
        self.assertFalse(self.alerts("channel_stock"))
        self.shown().differs_since -= timedelta(hours=25)
        self.drain()
        alert = self.alerts("channel_stock")
        self.assertIn(f"MUG ({self.warehouse.code}) -6", alert.text)
        self.assertEqual(self.on_hand(mug, self.warehouse), 50)
        self.happen(-6, reason="M")
        self.world.put_fba_stock("eu", "DE", "MUG", fulfillableQuantity=6)
        self.read_ledger()
        self.assertEqual(self.on_hand(mug, self.warehouse), 44)
        self.assertEqual(alert.state, "done")

    def test_products_with_serial_numbers_block_nothing(self):
        watch = self.goods(10, "WATCH", tracking="serial")
        mug = self.goods(50)
        for sku in ("WATCH", "MUG"):
            self.place(
                {"sku": sku, "quantity": 2, "price": "10.00"},
                fulfilled_by="AMAZON",
                status="SHIPPED",
            )
        self.happen(-1, sku="WATCH", reason="M")
        self.happen(1, "CustomerReturns", "WATCH", disposition="CUSTOMER_DAMAGED")
        self.read_ledger()
        failed = self.env["acorn.message"].search([("state", "=", "failed")])
        self.assertFalse(failed, failed.mapped("error"))
        self.assertEqual(set(self.events().mapped("state")), {"booked"})
        self.assertEqual(self.on_hand(watch, self.warehouse), 7)
        self.assertEqual(self.at(watch, self.warehouse.acorn_unsellable_id), 1)
        self.assertEqual(self.on_hand(mug, self.warehouse), 48)
        self.assertFalse(self.shown("WATCH").difference)

    def test_goods_sent_to_amazon_can_be_sold_when_it_has_received_them(self):
        mug = self.goods(0)
        inbound = self.warehouse.acorn_inbound_id
        self.env["stock.quant"]._update_available_quantity(mug, inbound, 30)
        self.world.put_fba_stock("eu", "DE", "MUG", inboundShippedQuantity=30)
        self.drain()
        self.assertEqual(self.free(mug, self.warehouse), 0)
        self.assertEqual(
            (self.shown().inbound_shipped, self.shown().ours_inbound), (30, 30)
        )
        self.happen(28, "Receipts", reference="FBA1")
        self.read_ledger()
        self.assertEqual(self.free(mug, self.warehouse), 28)
        self.assertEqual(self.at(mug, inbound), 2)

    def test_what_was_before_stock_was_counted_moves_nothing(self):
        mug = self.goods(50)
        self.happen(-2, days=4, reason="M")
        self.read_ledger()
        self.assertEqual(self.events().state, "history")
        self.assertEqual(self.on_hand(mug, self.warehouse), 50)

    def test_a_sku_without_product_waits_for_it(self):
        self.happen(-2, sku="NEW", reason="M")
        self.read_ledger()
        event = self.events()
        self.assertEqual(event.state, "waiting")
        event.offer_id.product_id = self.product("OTHER", 9, self.warehouse)
        self.drain()
        self.assertEqual(event.state, "booked")
        self.assertEqual(self.on_hand(event.product_id, self.warehouse), 7)

    def test_a_role_that_is_missing_closes_these_streams_only(self):
        self.world.set_account("eu", denied=["getInventorySummaries"])
        self.drain()
        streams = {stream.kind: stream for stream in self.shop.stream_ids}
        self.assertEqual(streams["fba_stock"].state, "closed")
        self.assertIn("Amazon Fulfillment", streams["fba_stock"].error)
        self.assertEqual(streams["order"].state, "running")
        self.assertEqual(self.shop.state, "live")
