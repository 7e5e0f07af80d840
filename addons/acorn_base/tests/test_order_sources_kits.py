from .common import SHIPPED, replace
from .test_order_sources import SourcesCase


class TestKitSources(SourcesCase):
    """A kit is split by whole kits: nobody gets half of one from each warehouse."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "mrp.bom" not in cls.env:
            cls.skipTest(cls, "Kits need the addon mrp, which is not installed here.")
        cls.kit = cls.env["product.product"].create(
            {"name": "Desk Set", "default_code": "SET", "is_storable": True}
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": cls.mug.id, "product_qty": 2}),
                    (0, 0, {"product_id": cls.lamp.id, "product_qty": 1}),
                ],
            }
        )

    def kits(self, quantity, **values):
        record = self.place(self.line(sku="SET", quantity=quantity), **values)
        self.drain()
        return record, self.sale(record)

    def parts(self, order):
        """Return {warehouse: (mugs, lamps, all of them reserved)}."""
        found = {}
        for move in self.moves(order).filtered(lambda m: m.state != "done"):
            warehouse = move.location_id.warehouse_id
            mugs, lamps, reserved = found.get(warehouse, (0, 0, True))
            found[warehouse] = (
                mugs + (move.product_id == self.mug) * move.product_uom_qty,
                lamps + (move.product_id == self.lamp) * move.product_uom_qty,
                reserved and move.quantity == move.product_uom_qty,
            )
        return found

    def fill(self):
        """A has mugs for two kits and a half, B the rest."""
        self.stock(a=5, b=9)
        self.stock(self.lamp, a=9, b=2)

    def test_kits_are_split_by_whole_kits(self):
        self.fill()
        _record, order = self.kits(3)
        self.assertEqual(
            self.parts(order), {self.a: (4, 2, True), self.b: (2, 1, True)}
        )
        self.assertEqual(len(order.picking_ids), 2)

    def test_kits_leave_whole_from_the_source_that_has_all_parts(self):
        self.stock(a=9, b=6)
        self.stock(self.lamp, a=2, b=3)
        _record, order = self.kits(3)
        self.assertEqual(self.parts(order), {self.b: (6, 3, True)})
        self.assertEqual(order.warehouse_id, self.b)

    def test_a_kit_and_its_part_are_not_promised_twice(self):
        self.stock(a=2, b=1)
        self.stock(self.lamp, a=1)
        record = self.place(self.line(sku="SET"), self.line("2", "MUG"))
        self.drain()
        self.assertEqual(
            self.parts(self.sale(record)), {self.a: (2, 1, True), self.b: (1, 0, True)}
        )

    def test_fewer_kits_are_taken_from_the_last_source(self):
        self.fill()
        record, order = self.kits(3)
        line = replace(record.lines[0], quantity=1)
        self.world.change(record.ref, lines=(line,))
        self.drain()
        self.assertEqual(self.parts(order), {self.a: (2, 1, True)})

    def test_more_kits_are_sourced_as_well(self):
        self.fill()
        record, order = self.kits(2)
        self.assertEqual(self.parts(order), {self.a: (4, 2, True)})
        line = replace(record.lines[0], quantity=3)
        self.world.change(record.ref, lines=(line,))
        self.drain()
        self.assertEqual(
            self.parts(order), {self.a: (4, 2, True), self.b: (2, 1, True)}
        )

    def test_kits_that_left_leave_whole(self):
        self.fill()
        record, order = self.kits(3)
        for shipped in (1, 2):
            line = replace(
                record.lines[0], quantity_shipped=shipped, quantity_open=3 - shipped
            )
            self.world.change(record.ref, status="partially_shipped", lines=(line,))
            self.drain()
            self.assertEqual(order.order_line[:1].qty_delivered, shipped)
            left = [self.parts(order)[w][:2] for w in self.parts(order)]
            self.assertEqual(
                [sum(counts) for counts in zip(*left, strict=True)],
                [2 * (3 - shipped), 3 - shipped],
            )
        line = replace(record.lines[0], quantity_shipped=3)
        self.world.change(record.ref, status=SHIPPED, lines=(line,))
        self.drain()
        self.assertEqual(order.delivery_status, "full")
        self.assertEqual(self.on_hand(self.mug, self.a), 1)
        self.assertEqual(self.on_hand(self.mug, self.b), 7)
