"""Deliveries made in bulk are the ones that Odoo makes one by one."""

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form

from .common import (
    PENDING,
    SHIPPED,
    SHIPPING,
    UNSHIPPED,
    AcornCase,
    Charge,
)

# What tells one record from another, whichever way it was made.
OWN = {"id", "name", "number", "access_token", "create_date", "write_date"}
# Each delivery has its own of these.
LINKS = {
    "stock.picking",
    "stock.picking.batch",
    "stock.move",
    "stock.move.line",
    "stock.reference",
    "sale.order",
    "sale.order.line",
    "res.partner",
    "acorn.message",
    "mail.message",
}
# What Acorn decides on, whatever Odoo would.
CHOSEN = {
    *("name", "price_unit", "discount", "tax_ids", "product_uom_id", "product_uom_qty"),
    *("require_signature", "require_payment", "validity_date", "note", "user_id"),
    *("pricelist_id", "payment_term_id", "team_id", "warehouse_id", "currency_id"),
    *("partner_invoice_id", "partner_shipping_id", "sale_order_template_id"),
}
IGNORED = ("one2many", "binary", "properties")
CHUNK = 100


class Near:
    """A time; some minutes make no difference."""

    def __init__(self, moment):
        self.moment = fields.Datetime.to_datetime(moment)

    def __eq__(self, other):
        return abs(self.moment - other.moment) < timedelta(minutes=10)

    def __repr__(self):
        return f"Near({self.moment})"


class TestDirectDelivery(AcornCase):
    @contextmanager
    def odoos_own_way(self):
        with patch.object(
            self.env.registry["sale.order"],
            "_acorn_plain_rules",
            lambda self, lines: {},
        ):
            yield

    def lines(self, quantity=2, **values):
        return (
            self.line("1", "MUG", quantity, "20.00", "3.80", **values),
            self.line("2", "LAMP", 1, "30.00", "5.70", **values),
        )

    def bring(self, count=1, **values):
        """Let orders arrive; return them."""
        records = [self.place(*self.lines(), **values) for _each in range(count)]
        self.drain()
        return self.env["sale.order"].union(*(self.sale(r) for r in records))

    # === THE SAME === #

    def columns(self, record):
        """Return the stored values of a record, its links to its own kin left out."""
        values = {}
        for name, field in record._fields.items():
            if not field.store or name in OWN or field.type in IGNORED:
                continue
            value = record[name]
            if field.relational:
                mine = field.comodel_name in LINKS
                value = len(value) if mine else sorted(value.ids)
            elif field.type in ("datetime", "date"):
                value = value and Near(value)
            elif field.type in ("char", "text", "html") and value:
                value = self.anonymous(str(value), record)
            values[name] = value
        return values

    def anonymous(self, text, record):
        names = [record.display_name, *self.both.mapped("name")]
        names += self.both.picking_ids.mapped("name")
        for name in filter(None, names):
            text = text.replace(name, "…")
        return text

    def picture(self, order):
        """Return all that a delivery consists of, as plain values."""
        picking = order.picking_ids
        moves = picking.move_ids.sorted("sequence")
        notes = picking.message_ids.sorted("id")
        return {
            "order": [order.state, order.delivery_status, order.invoice_status],
            "lines": [
                [line.qty_delivered, line.qty_to_invoice, line.product_uom_qty]
                for line in order.order_line
            ],
            "pickings": [self.columns(each) for each in picking],
            "moves": [self.columns(move) for move in moves],
            "move lines": [self.columns(line) for line in moves.move_line_ids],
            "notes": [
                [note.subtype_id, note.author_id, len(note.body) > 0] for note in notes
            ],
            "references": [self.columns(each) for each in moves.reference_ids],
        }

    def assertSameEitherWay(self, **values):
        with self.odoos_own_way():
            slow = self.bring(**values)
        fast = self.bring(**values)
        self.both = slow | fast
        self.maxDiff = None
        for name, expected in self.picture(slow).items():
            self.assertEqual(self.picture(fast)[name], expected, name)
        return fast

    def test_goods_the_channel_has_shipped(self):
        order = self.assertSameEitherWay(status=SHIPPED, by_channel=True)
        self.assertEqual(order.delivery_status, "full")

    def test_goods_to_ship_are_reserved(self):
        order = self.assertSameEitherWay(status=UNSHIPPED)
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_goods_the_seller_has_shipped(self):
        self.assertSameEitherWay(status=SHIPPED)

    def test_goods_that_are_missing(self):
        for product in self.products:
            self.set_stock(product, self.us.warehouse_id, -100)
        order = self.assertSameEitherWay(status=UNSHIPPED)
        self.assertEqual(order.picking_ids.state, "confirmed")

    def test_goods_of_which_some_are_missing(self):
        self.set_stock(self.mug, self.us.warehouse_id, -97)  # two orders of two: 3 left
        with self.odoos_own_way():
            self.bring()
        order = self.bring()
        move = order.picking_ids.move_ids.filtered(lambda m: m.product_id == self.mug)
        self.assertEqual((move.state, move.quantity), ("partially_available", 1))
        self.assertEqual(self.free(self.mug, self.us.warehouse_id), 0)

    def test_goods_that_leave_two_warehouses(self):
        branch = self.env["stock.warehouse"].create({"name": "Branch", "code": "BRA"})
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": branch.lot_stock_id.id}
        )
        self.us.quantity_group_id.source_ids = [
            Command.create(
                {"warehouse_id": branch.id, "place_id": shelf.id, "sequence": 20}
            )
        ]
        self.set_stock(self.mug, self.us.warehouse_id, -100)
        self.env["stock.quant"]._update_available_quantity(self.mug, shelf, 9)
        order = self.assertSameEitherWay(status=UNSHIPPED)
        self.assertEqual(len(order.picking_ids), 2)
        moves = order.picking_ids.move_ids
        self.assertIn(shelf, moves.location_id)
        self.assertEqual(sorted(moves.mapped("quantity")), [1, 2])
        self.assertNoLooseEnds()

    def test_the_channel_ships_what_is_not_counted_here(self):
        for product in self.products:
            self.set_stock(product, self.us.fba_warehouse_id, -100)
        before = self.on_hand(self.mug, self.us.fba_warehouse_id)
        self.assertSameEitherWay(status=SHIPPED, by_channel=True)
        after = self.on_hand(self.mug, self.us.fba_warehouse_id)
        self.assertEqual(after - before, -4)
        self.assertNoLooseEnds()

    # === STOCK === #

    def quants(self, product):
        self.env.flush_all()
        return self.env["stock.quant"].search([("product_id", "=", product.id)])

    def assertNoLooseEnds(self):
        """Reserved is what open move lines reserve, and a shelf has one quant."""
        for product in self.products:
            quants = self.quants(product)
            quants = quants.filtered(lambda q: q.location_id.usage == "internal")
            self.assertEqual(len(quants.location_id), len(quants))
            for quant in quants:
                lines = self.env["stock.move.line"].search(
                    [
                        ("product_id", "=", product.id),
                        ("location_id", "=", quant.location_id.id),
                        ("state", "not in", ("done", "cancel")),
                    ]
                )
                self.assertEqual(quant.reserved_quantity, sum(lines.mapped("quantity")))

    def test_many_orders_of_the_same_goods_add_up(self):
        self.set_stock(self.mug, self.us.warehouse_id, -89)  # 11 are left for 6 × 2
        orders = self.bring(6)
        states = sorted(orders.picking_ids.move_ids.mapped("state"))
        self.assertEqual(states, ["assigned"] * 11 + ["partially_available"])
        self.assertEqual(self.quants(self.mug)[:1].reserved_quantity, 11)
        self.assertNoLooseEnds()
        orders[0].picking_ids.button_validate()
        self.bring(3, status=SHIPPED, by_channel=True)
        self.assertEqual(self.on_hand(self.mug, self.us.fba_warehouse_id), 94)
        self.assertNoLooseEnds()

    def test_goods_on_shelves_are_taken_where_they_lie(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.us.warehouse_id.lot_stock_id.id}
        )
        self.set_stock(self.mug, self.us.warehouse_id, -99)
        self.env["stock.quant"]._update_available_quantity(self.mug, shelf, 5)
        order = self.bring()
        lines = order.picking_ids.move_line_ids.filtered(
            lambda line: line.product_id == self.mug
        )
        self.assertEqual(sum(lines.mapped("quantity")), 2)
        self.assertEqual(len(lines.location_id), 2)
        self.assertNoLooseEnds()

    def test_each_warehouse_counts_what_left_by_itself(self):
        """Else two lanes could not work at once: they would change the same row."""
        for _each in range(2):
            self.bring(status=SHIPPED)
            self.bring(status=SHIPPED, by_channel=True)
        quants = self.quants(self.mug)
        gone = quants.filtered(lambda q: q.location_id.usage == "customer")
        self.assertEqual(gone.mapped("quantity"), [4, 4])
        gone._merge_quants()
        self.env.invalidate_all()
        self.assertEqual(gone.exists().mapped("quantity"), [8])
        self.bring(status=SHIPPED)
        self.assertNoLooseEnds()

    def test_what_is_known_is_what_odoo_computes(self):
        order = self.bring(status=UNSHIPPED)
        for record in (order, *order.order_line):
            names = [
                name
                for name, field in record._fields.items()
                if field.compute and field.precompute and field.store
                if name not in CHOSEN
            ]
            given = {name: record[name] for name in names}
            self.assertIn("price_total" if record != order else "currency_rate", given)
            for name in names:
                self.env.add_to_compute(record._fields[name], record)
            record._recompute_recordset(names)
            self.assertEqual({name: record[name] for name in names}, given)

    def test_what_depends_on_stock_follows(self):
        free = self.free(self.mug, self.us.warehouse_id)
        on_hand = self.on_hand(self.mug, self.us.fba_warehouse_id)
        self.bring()
        self.bring(status=SHIPPED, by_channel=True)
        self.assertEqual(self.free(self.mug, self.us.warehouse_id), free - 2)
        self.assertEqual(self.on_hand(self.mug, self.us.fba_warehouse_id), on_hand - 2)
        written = self.quants(self.mug).mapped("write_date")
        self.assertTrue(all(written))

    # === ODOO'S OWN WAY WHERE IT IS NOT PLAIN === #

    def launched(self, **values):
        """Return the orders that went Odoo's own way."""
        SaleOrderLine = self.env.registry["sale.order.line"]
        launch, gone = SaleOrderLine._action_launch_stock_rule, []

        def remember(lines, **kwargs):
            if not lines.env.context.get("skip_procurement"):
                gone.extend(lines.order_id)
            return launch(lines, **kwargs)

        with patch.object(SaleOrderLine, "_action_launch_stock_rule", remember):
            order = self.bring(**values)
        return order, order in gone

    def test_lots_and_further_steps_go_odoos_way(self):
        order, slowly = self.launched()
        self.assertFalse(slowly)
        self.us.warehouse_id.delivery_steps = "pick_ship"
        order, slowly = self.launched()
        self.assertTrue(slowly)
        self.assertTrue(order.picking_ids)
        self.us.warehouse_id.delivery_steps = "ship_only"
        self.mug.tracking = "lot"
        order, slowly = self.launched()
        self.assertTrue(slowly)

    # === AFTERWARDS === #

    def test_it_is_invoiced_returned_and_cancelled_like_any_other(self):
        order = self.bring(status=SHIPPED, by_channel=True)
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(order.invoice_status, "invoiced")
        picking = order.picking_ids
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_id=picking.id, active_ids=picking.ids, active_model=picking._name
            )
        ).save()
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back.move_ids.write({"quantity": 1, "picked": True})
        back.button_validate()
        item = order.order_line.filtered(lambda line: line.product_id == self.mug)
        self.assertEqual(item.qty_delivered, 1)
        other = self.bring(status=UNSHIPPED)
        other._action_cancel()
        self.assertEqual(other.picking_ids.state, "cancel")
        self.assertNoLooseEnds()

    # === EFFORT === #

    def test_an_order_of_two_sources_costs_no_more(self):
        branch = self.env["stock.warehouse"].create({"name": "Branch", "code": "BRA"})
        self.us.quantity_group_id.source_ids = [
            Command.create({"warehouse_id": branch.id, "sequence": 20})
        ]
        for product in self.products:
            self.set_stock(product, branch, 500)
        self.test_an_order_in_a_batch_costs_few_statements()

    def test_an_order_in_a_batch_costs_few_statements(self):
        """At a hundred orders at most 15 each; one at a time Odoo needs 110."""
        shipping = Charge(SHIPPING, Decimal("4.00"), Decimal("0.76"))
        for values in (
            {"status": SHIPPED, "by_channel": True},
            {"status": UNSHIPPED},
        ):
            self.bring(2, **values)
            self.world.orders.clear()
            for _each in range(CHUNK):
                first, second = self.lines()
                charges = (*first.charges, shipping)
                line = self.line("1", "MUG", 2, charges=charges)
                self.place(line, second, **values)
            self.shop.stream_ids._make_due()
            page = self.shop._channel().pull("order", {"until": self.epoch()})
            self.env["acorn.message"]._receive(self.shop, page.documents)
            messages = self.env["acorn.message"].search([("state", "=", "pending")])
            self.assertEqual(len(messages), CHUNK)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            messages._apply_batch()
            self.env.flush_all()
            cost = (self.env.cr.sql_log_count - before) / CHUNK
            self.assertEqual(set(messages.mapped("state")), {"done"})
            self.assertLessEqual(cost, 15, values)

    def epoch(self):
        return (fields.Datetime.now() - timedelta(days=1)).isoformat() + "+00:00"

    def test_orders_that_may_still_change_have_no_delivery(self):
        order = self.bring(status=PENDING)
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.picking_ids)
