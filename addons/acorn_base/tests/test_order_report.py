from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.acorn_base.channel import UTC
from odoo.addons.acorn_base.records import PARTIALLY_SHIPPED, unnamed

from .common import (
    CANCELLED,
    ITEM,
    SHIPPED,
    UNSHIPPED,
    AcornCase,
    Buyer,
    Charge,
)
from .dummy import _order_document


@tagged("post_install", "-at_install")
class TestOrderReport(AcornCase):
    """Orders that a report tells of, before and after the channel itself does."""

    def in_report(self, order, *rows, **values):
        """Return an order as a report has it: no totals, no names, seconds only."""
        places = {}
        lines = []
        for line in rows or order.lines:
            places[line.sku] = places.get(line.sku, 0) + 1
            shipped = line.quantity if order.status == SHIPPED else 0
            lines.append(
                replace(
                    line,
                    ref=unnamed(line.sku, places[line.sku]),
                    quantity_shipped=line.quantity_shipped or shipped,
                )
            )
        values = {
            "updated_at": order.updated_at.replace(microsecond=0),
            "total": None,
            "buyer": Buyer(),
            "recipient": None,
            "ship_by": None,
        } | values
        return replace(order, lines=tuple(lines), detailed=False, **values)

    def report(self, *orders):
        """Let orders come from a report, and be applied."""
        messages = self.env["acorn.message"]._receive(
            self.shop, [_order_document(order) for order in orders]
        )
        messages._apply_batch()
        return messages

    def items(self, order):
        return order.order_line.filtered(lambda line: line.acorn_charge == "item")

    def moved(self, order):
        moves = order.picking_ids.move_ids.filtered(lambda move: move.state == "done")
        return sum(moves.mapped("quantity"))

    # === FROM A REPORT TO THE CHANNEL'S OWN WORDS === #

    def test_an_order_from_a_report_waits_for_details(self):
        record = self.order(self.line(quantity=2, price="20.00"))
        self.report(self.in_report(record))
        order = self.sale(record)
        self.assertEqual((order.state, order.acorn_provisional), ("sale", True))
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertEqual((order.amount_total, order.acorn_total), (20.0, 0.0))
        self.assertEqual(order.invoice_status, "no")

    def test_the_channels_own_words_complete_it_and_double_nothing(self):
        record = self.place(
            self.line("A1", quantity=2, price="20.00", tax="3.80"),
            self.line("A2", sku="LAMP", price="7.00"),
        )
        self.report(self.in_report(record))
        order = self.sale(record)
        lines, deliveries = self.items(order), order.picking_ids
        self.drain()
        self.assertEqual(self.sale(record), order)
        self.assertEqual((self.items(order), order.picking_ids), (lines, deliveries))
        self.assertEqual(
            {line.acorn_line_ref: line.product_uom_qty for line in lines},
            {"A1": 2, "A2": 1},
        )
        self.assertFalse(order.acorn_provisional)
        self.assertSameAmount(order, record)
        self.assertEqual(order.partner_shipping_id.street, "1 Main St")
        self.assertEqual(self.free(self.mug, self.us.warehouse_id), 98)

    def test_goods_that_a_report_said_have_left_leave_once(self):
        record = self.place(
            self.line("A1", quantity=2, price="20.00"), status=SHIPPED, by_channel=True
        )
        self.report(self.in_report(record))
        order = self.sale(record)
        self.assertEqual(order.picking_ids.state, "done")
        self.drain()
        self.assertSameAmount(order, record)
        self.assertEqual(len(self.items(order)), 1)
        self.assertEqual(self.moved(order), 2)
        self.assertEqual(self.on_hand(self.mug, self.us.fba_warehouse_id), 98)

    def test_rows_that_are_one_line_at_the_channel_become_one(self):
        """A channel may write a row for each of its warehouses that an item leaves."""
        line = self.line("A1", quantity=3, price="30.00")
        record = self.place(line, status=SHIPPED, by_channel=True)
        rows = [
            replace(line, quantity=n, charges=(Charge(ITEM, Decimal(10 * n)),))
            for n in (2, 1)
        ]
        self.report(self.in_report(record, *rows))
        order = self.sale(record)
        self.assertEqual((len(self.items(order)), self.moved(order)), (2, 3))
        self.drain()
        [line, empty] = self.items(order)
        self.assertEqual((line.acorn_line_ref, line.product_uom_qty), ("A1", 3))
        self.assertEqual((line.qty_delivered, empty.product_uom_qty), (3, 0))
        self.assertEqual(self.moved(order), 3)
        self.assertSameAmount(order, record)
        self.assertEqual(self.on_hand(self.mug, self.us.fba_warehouse_id), 97)

    def test_rows_of_an_open_order_that_are_one_line_stay_reserved_once(self):
        line = self.line("A1", quantity=3, price="30.00")
        record = self.place(line)
        rows = [replace(line, quantity=n) for n in (2, 1)]
        self.report(self.in_report(record, *rows))
        self.drain()
        order = self.sale(record)
        self.assertEqual(sum(self.items(order).mapped("product_uom_qty")), 3)
        self.assertSameAmount(order, record)
        self.assertEqual(self.free(self.mug, self.us.warehouse_id), 97)
        moves = order.picking_ids.move_ids.filtered(lambda m: m.state != "cancel")
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 3)

    def test_two_lines_with_one_sku_keep_apart(self):
        record = self.place(
            self.line("A1", quantity=1, price="10.00"),
            self.line("A2", quantity=2, price="20.00"),
        )
        self.report(self.in_report(record, *reversed(record.lines)))
        self.drain()
        order = self.sale(record)
        found = {
            item.acorn_line_ref: item.product_uom_qty for item in self.items(order)
        }
        self.assertEqual(found, {"A1": 1, "A2": 2})
        self.assertSameAmount(order, record)

    def test_a_parcel_of_an_order_without_item_numbers_is_told_later(self):
        record = self.order(self.line("A1"))
        self.report(self.in_report(record))
        picking = self.sale(record).picking_ids
        picking.write({"carrier_id": self.carrier.id, "carrier_tracking_ref": "T1"})
        picking.button_validate()
        self.drain()
        self.assertFalse(self.world.parcels)
        self.world.place(replace(record, updated_at=datetime.now(UTC)))
        self.drain()
        [parcel] = self.world.parcels.values()
        self.assertEqual([item.line_ref for item in parcel.items], ["A1"])

    # === A REPORT ABOUT WHAT IS KNOWN IN DETAIL === #

    def test_a_report_never_replaces_what_was_told_in_detail(self):
        record = self.place(self.line("A1", quantity=2, price="20.00"))
        self.drain()
        before = self.message(record)._plain()
        for updated_at in (
            record.updated_at.replace(microsecond=0),
            record.updated_at - timedelta(hours=1),
        ):
            known = self.in_report(record, updated_at=updated_at, status_text="Other")
            self.assertFalse(self.report(known))
        self.assertEqual(self.message(record)._plain(), before)

    def test_what_was_told_in_detail_replaces_a_report_of_the_same_second(self):
        record = self.order(self.line("A1"))
        self.report(self.in_report(record))
        self.assertFalse(self.message(record).detailed)
        exact = record.updated_at.replace(microsecond=0)
        self.world.place(replace(record, updated_at=exact))
        self.drain()
        self.assertTrue(self.message(record).detailed)
        self.assertFalse(self.sale(record).acorn_provisional)

    def test_of_both_at_once_the_detailed_one_counts(self):
        record = self.order(self.line("A1"))
        exact = replace(record, updated_at=record.updated_at.replace(microsecond=0))
        for pair in ((exact, self.in_report(exact)), (self.in_report(exact), exact)):
            messages = self.report(*pair)
            self.assertTrue(messages.detailed)
            messages.unlink()

    def test_a_newer_report_tells_how_far_an_order_is_and_blanks_nothing(self):
        record = self.place(
            self.line("A1", quantity=2, price="20.00", tax="1.00"),
            status=UNSHIPPED,
            by_channel=True,
        )
        self.drain()
        order = self.sale(record)
        kept = (order.acorn_ship_by, order.partner_shipping_id, order.amount_total)
        later = datetime.now(UTC) + timedelta(minutes=5)
        done = replace(record, status=SHIPPED)
        self.report(self.in_report(done, updated_at=later))
        self.assertEqual(
            (order.acorn_status, order.acorn_provisional), (SHIPPED, False)
        )
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(self.moved(order), 2)
        self.assertEqual(
            (order.acorn_ship_by, order.partner_shipping_id, order.amount_total), kept
        )
        self.assertSameAmount(order, record)

    def test_rows_of_a_known_line_are_added_up(self):
        line = self.line("A1", quantity=3, price="30.00")
        record = self.place(line, by_channel=True)
        self.drain()
        order = self.sale(record)
        later = record.updated_at + timedelta(minutes=5)
        part = replace(record, status=PARTIALLY_SHIPPED)
        rows = [
            replace(line, quantity=2, quantity_shipped=2),
            replace(line, quantity=1),
        ]
        self.report(self.in_report(part, *rows, updated_at=later))
        self.assertEqual(self.moved(order), 2)
        rows[1] = replace(rows[1], quantity_shipped=1)
        done, later = replace(record, status=SHIPPED), later + timedelta(minutes=5)
        self.report(self.in_report(done, *rows, updated_at=later))
        self.assertEqual(self.moved(order), 3)
        self.assertEqual(len(self.items(order)), 1)

    def test_a_cancellation_in_a_report_frees_the_stock(self):
        record = self.place(self.line("A1", quantity=2, price="20.00"))
        self.drain()
        later = record.updated_at + timedelta(minutes=5)
        self.report(self.in_report(replace(record, status=CANCELLED), updated_at=later))
        self.assertEqual(self.sale(record).state, "cancel")
        self.assertEqual(self.free(self.mug, self.us.warehouse_id), 100)

    def test_a_second_report_without_amounts_keeps_those_of_the_first(self):
        record = self.order(self.line("A1", quantity=2, price="20.00"))
        self.report(self.in_report(record))
        bare = [replace(line, charges=()) for line in record.lines]
        address = self.in_report(
            record, *bare, currency="", recipient=record.recipient, status_text="x"
        )
        self.report(address)
        order = self.sale(record)
        self.assertEqual(order.amount_total, 20.0)
        self.assertEqual(order.partner_shipping_id.street, "1 Main St")

    def test_hundreds_of_documents_are_stored_at_once(self):
        record = self.order(self.line("A1"))
        documents = [
            _order_document(replace(record, ref=f"M{number}")) for number in range(250)
        ]
        messages = self.env["acorn.message"]._receive(self.shop, documents)
        self.assertEqual(len(messages), 250)
