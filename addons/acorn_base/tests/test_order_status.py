from datetime import datetime, timedelta
from decimal import Decimal

from odoo.exceptions import UserError

from odoo.addons.acorn_base.channel import UTC

from .common import (
    CANCELLED,
    DISCOUNT,
    ITEM,
    PENDING,
    SHIPPED,
    SHIPPING,
    UNSHIPPED,
    AcornCase,
    Buyer,
    Charge,
    Package,
    replace,
)


class TestOrderStatus(AcornCase):
    """The life of an order, as its channel tells it."""

    def test_pending_order_is_a_quotation_without_moves(self):
        order = self.apply(status=PENDING)
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.picking_ids)
        self.assertEqual(order.acorn_stage_id.name, "To process")

    def test_pending_order_cannot_be_confirmed_by_hand(self):
        order = self.apply(status=PENDING)
        with self.assertRaisesRegex(UserError, "not released"):
            order.action_confirm()

    def test_unshipped_order_reserves_in_the_site_warehouse(self):
        before = self.free(self.mug, self.us.warehouse_id)
        order = self.apply(self.line(quantity=2))
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertEqual(
            order.picking_ids.picking_type_id.warehouse_id, self.us.warehouse_id
        )
        self.assertEqual(self.free(self.mug, self.us.warehouse_id), before - 2)

    def test_order_keeps_the_time_it_was_placed(self):
        record = self.place()
        self.drain()
        expected = record.created_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self.assertEqual(self.sale(record).date_order, expected)

    def test_shipped_by_channel_is_delivered_from_its_warehouse(self):
        line = self.line(quantity=3, quantity_shipped=3, quantity_open=0)
        order = self.apply(line, status=SHIPPED, by_channel=True)
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        self.assertEqual(order.order_line.qty_delivered, 3)
        self.assertEqual(self.on_hand(self.mug, self.us.fba_warehouse_id), 97)
        self.assertEqual(self.on_hand(self.mug, self.us.warehouse_id), 100)

    def test_what_the_channel_ships_is_not_validated_by_hand(self):
        order = self.apply(by_channel=True)
        self.assertEqual(order.picking_ids.state, "assigned")
        with self.assertRaisesRegex(UserError, "channel ships"):
            order.picking_ids.button_validate()

    def test_shipped_by_seller_elsewhere_is_delivered_here_and_not_told_again(self):
        record = self.place(self.line(quantity=2))
        self.drain()
        line = replace(record.lines[0], quantity_shipped=2, quantity_open=0)
        parcel = Package(
            "1", "UPS", tracking="1Z9", shipped_at=datetime.now(UTC), items=(("1", 2),)
        )
        self.world.change(record.ref, status=SHIPPED, lines=(line,), packages=(parcel,))
        self.drain()
        picking = self.sale(record).picking_ids
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.carrier_tracking_ref, "1Z9")
        self.drain()
        self.assertFalse(self.world.parcels)

    def test_partly_shipped_elsewhere_leaves_a_backorder(self):
        line = self.line(quantity=5, quantity_shipped=2, quantity_open=3)
        order = self.apply(line, status="partially_shipped")
        self.assertEqual(
            sorted(order.picking_ids.mapped("state")), ["assigned", "done"]
        )
        self.assertEqual(order.order_line.qty_delivered, 2)

    def test_shipped_before_stock_was_counted_moves_nothing(self):
        long_ago = datetime.now(UTC) - timedelta(days=20)
        record = self.place(
            self.line(quantity=2, quantity_shipped=2, quantity_open=0),
            status=SHIPPED,
            by_channel=True,
            created_at=long_ago,
            updated_at=long_ago,
            ship_by=long_ago,
        )
        self.drain()
        order = self.sale(record)
        self.assertTrue(order.acorn_history)
        self.assertTrue(order.locked)
        self.assertFalse(order.picking_ids)
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.assertEqual(order.invoice_status, "no")
        order.action_unlock()
        order.order_line.product_uom_qty = 5
        self.assertFalse(
            order.picking_ids, "Whatever is changed later, nothing is procured"
        )

    def test_cancelled_order_frees_its_stock(self):
        before = self.free(self.mug, self.us.warehouse_id)
        record = self.place(self.line(quantity=4))
        self.drain()
        self.world.change(record.ref, status=CANCELLED)
        self.drain()
        order = self.sale(record)
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.picking_ids.state, "cancel")
        self.assertEqual(self.free(self.mug, self.us.warehouse_id), before)

    def test_cancelled_order_that_tells_nothing_more_keeps_what_was_known(self):
        record = self.place(self.line(quantity=4, tax="0.83"))
        self.drain()
        order = self.sale(record)
        partner, address = order.partner_id, order.partner_shipping_id
        self.world.change(
            record.ref,
            status=CANCELLED,
            total=None,
            currency="",
            buyer=Buyer(),
            recipient=None,
            lines=(replace(record.lines[0], charges=()),),
        )
        self.drain()
        self.assertEqual(order.state, "cancel")
        self.assertEqual((order.amount_total, order.acorn_total), (10.83, 10.83))
        self.assertEqual(order.order_line.product_uom_qty, 4)
        self.assertEqual(
            (order.partner_id, order.partner_shipping_id), (partner, address)
        )

    def test_personal_data_told_no_more_stays_as_it_was_known(self):
        record = self.place()
        self.drain()
        order = self.sale(record)
        address = order.partner_shipping_id
        line = replace(record.lines[0], quantity_shipped=1, quantity_open=0)
        self.world.change(
            record.ref, status=SHIPPED, buyer=Buyer(), recipient=None, lines=(line,)
        )
        self.drain()
        self.assertEqual(order.partner_shipping_id, address)
        self.assertEqual(order.picking_ids.state, "done")

    def test_update_receives_no_return_that_nobody_received(self):
        line = self.line(quantity=2, quantity_shipped=2, quantity_open=0)
        record = self.place(line, status=SHIPPED, by_channel=True)
        self.drain()
        order = self.sale(record)
        done = order.picking_ids
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=done.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.write({"quantity": 1, "to_refund": True})
        wizard.action_create_returns()
        back = order.picking_ids - done
        self.world.change(record.ref, service_level="EXPEDITED")
        self.drain()
        self.assertNotIn(back.state, ("done", "cancel"))
        self.assertEqual(order.order_line.qty_delivered, 2)

    def test_order_cancelled_here_that_ships_there_is_told(self):
        record = self.place()
        self.drain()
        order = self.sale(record)
        order._action_cancel()
        line = replace(record.lines[0], quantity_shipped=1, quantity_open=0)
        self.world.change(record.ref, status=SHIPPED, lines=(line,))
        self.drain()
        self.assertEqual(self.alerts("amended").subject, record.ref)

    def test_cancelled_order_never_seen_before_is_kept_as_cancelled(self):
        order = self.apply(status=CANCELLED)
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.picking_ids)

    def test_status_that_goes_backwards_undoes_no_delivery(self):
        line = self.line(quantity_shipped=1, quantity_open=0)
        record = self.place(line, status=SHIPPED, by_channel=True)
        self.drain()
        self.world.change(record.ref, status=UNSHIPPED)
        self.drain()
        order = self.sale(record)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.acorn_status, SHIPPED)
        self.assertEqual(self.alerts("backwards").subject, record.ref)

    def test_unknown_status_is_kept_and_flagged(self):
        record = self.place(status="unknown", status_text="ON_THE_MOON")
        self.drain()
        self.assertEqual(self.sale(record).state, "draft")
        self.assertIn("ON_THE_MOON", self.alerts("unknown_status").text)

    def test_buyer_asking_to_cancel_blocks_the_delivery_until_someone_decides(self):
        record = self.place(self.line(cancel_requested=True, cancel_reason="Too slow"))
        self.drain()
        order = self.sale(record)
        with self.assertRaisesRegex(UserError, "asks to cancel"):
            order.picking_ids.button_validate()
        order.action_acorn_ship_nevertheless()
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")
        self.assertFalse(self.alerts("cancel_request"))

    def test_order_of_another_channel_moves_stock_and_is_no_revenue(self):
        line = self.line(quantity=2, quantity_shipped=2, quantity_open=0)
        order = self.apply(
            line, status=SHIPPED, by_channel=True, on_channel=False, site=""
        )
        self.assertEqual(order.amount_total, 0)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.invoice_status, "no")

    def test_replaying_an_unchanged_order_writes_nothing(self):
        charges = (
            Charge(ITEM, Decimal("10.00"), Decimal("0.83")),
            Charge(SHIPPING, Decimal("5.50")),
            Charge(DISCOUNT, Decimal("-1.00")),
        )
        record = self.place(self.line(charges=charges))
        self.drain()
        order = self.sale(record)
        lines = order.order_line
        writes = []
        original = type(self.env["base"]).write

        self.patch(
            type(self.env["sale.order"]),
            "write",
            lambda self, vals: (writes.append(vals), original(self, vals))[1],
        )
        self.message(record).action_replay()
        self.assertFalse(writes)
        self.assertEqual(order.order_line, lines)
