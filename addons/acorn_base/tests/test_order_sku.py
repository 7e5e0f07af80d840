from odoo.exceptions import UserError

from .common import SHIPPED, AcornCase


class TestOrderSku(AcornCase):
    """An unknown SKU never drops an order."""

    def test_unknown_sku_is_booked_marked_and_put_right(self):
        record = self.place(self.line(), self.line("2", "NEW-1", 2, "30.00", "2.50"))
        self.drain()
        order = self.sale(record)
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.acorn_unmapped)
        self.assertSameAmount(order, record)
        self.assertEqual(order.picking_ids.move_ids.product_id, self.mug)
        message = self.message(record)
        self.assertEqual(message.state, "failed")
        self.assertIn("NEW-1", message.error)
        self.assertEqual(self.alerts("unknown_sku").subject, "NEW-1")
        with self.assertRaisesRegex(UserError, "no product yet"):
            order.picking_ids.button_validate()

        offer = self.env["acorn.offer"].search([("sku", "=", "NEW-1")])
        self.assertTrue(offer.needs_mapping)
        offer.product_id = self.lamp
        message.action_retry()
        self.assertApplied(record)
        self.assertFalse(self.alerts("unknown_sku"))
        self.assertFalse(order.acorn_unmapped)
        self.assertEqual(order.order_line.product_id, self.mug | self.lamp)
        self.assertSameAmount(order, record)
        reserved = {
            move.product_id: move.quantity for move in order.picking_ids.move_ids
        }
        self.assertEqual(reserved, {self.mug: 1, self.lamp: 2})
        order.picking_ids.button_validate()

    def test_shipped_order_of_an_unknown_sku_leaves_when_mapped(self):
        line = self.line("1", "NEW-2", 2, quantity_shipped=2, quantity_open=0)
        record = self.place(line, status=SHIPPED, by_channel=True)
        self.drain()
        order = self.sale(record)
        self.assertFalse(order.picking_ids)
        self.assertEqual(order.invoice_status, "no")
        self.env["acorn.offer"].search([("sku", "=", "NEW-2")]).product_id = self.lamp
        self.message(record).action_retry()
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.assertEqual(self.on_hand(self.lamp, self.us.fba_warehouse_id), 98)

    def test_sku_is_matched_by_internal_reference(self):
        self.apply(self.line("1", "LAMP"))
        offer = self.env["acorn.offer"].search([("sku", "=", "LAMP")])
        self.assertEqual(offer.product_id, self.lamp)

    def test_corrected_product_reaches_an_order_that_is_not_confirmed(self):
        record = self.place(status="pending")
        self.drain()
        offer = self.env["acorn.offer"].search([("sku", "=", "MUG")])
        offer.product_id = self.lamp
        self.world.change(record.ref, status="unshipped")
        self.drain()
        moves = self.sale(record).picking_ids.move_ids
        self.assertEqual(moves.product_id, self.lamp)

    def test_ambiguous_reference_is_left_to_people(self):
        self.env["product.product"].create(
            [
                {"name": "A", "default_code": "TWICE"},
                {"name": "B", "default_code": "TWICE"},
            ]
        )
        order = self.apply(self.line("1", "TWICE"))
        self.assertTrue(order.acorn_unmapped)

    def test_retry_of_all_waiting_orders_from_the_offer(self):
        records = [self.place(self.line("1", "NEW-3")) for _n in range(3)]
        self.drain()
        offer = self.env["acorn.offer"].search([("sku", "=", "NEW-3")])
        offer.product_id = self.lamp
        offer.action_retry_orders()
        for record in records:
            self.assertApplied(record)
            self.assertEqual(self.sale(record).picking_ids.state, "assigned")
