import csv
import io
import json
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.acorn_base.channel import Refused
from odoo.addons.acorn_base.records import Order, unnamed

from .common import SHIPPED, AcornCase, Address, Package
from .dummy import DummyChannel, _order_document, dump, load


class FileChannel(DummyChannel):
    """The same with files: orders in JSON, one a line; parcels as text."""

    def read_file(self, kind, content, site=""):
        documents, problems = [], []
        for number, line in enumerate(content.decode().splitlines(), 1):
            try:
                documents.append(_order_document(load(Order, json.loads(line))))
            except (KeyError, TypeError, ValueError):
                problems.append(f"Line {number} is no order.")
        if content and not documents:
            raise Refused("This is no such file.", code="bad")
        return documents, problems

    def write_file(self, kind, records):
        lines = ["parcels"] + [
            f"{record.order_ref} {item.line_ref or '-'} {item.quantity} "
            f"{record.tracking or '?'}"
            for record in records
            for item in record.items
        ]
        return "txt", "\n".join(lines).encode()


class OfflineCase(AcornCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Shop = cls.env.registry["acorn.shop"]
        cls.startClassPatcher(
            patch.object(Shop, "_get_channel_class", lambda self: FileChannel)
        )
        cls.manager = new_test_user(
            cls.env, "file_manager", groups="acorn_base.group_manager"
        )
        cls.user = new_test_user(cls.env, "file_user", groups="acorn_base.group_user")


@tagged("post_install", "-at_install")
class TestExport(OfflineCase):
    """Files to work with on the day when the channel is down."""

    def export(self, kind):
        """Write the files; return that of a kind as its rows, or its lines."""
        self.shop.with_user(self.manager).action_export()
        file = self.env["acorn.export"].search(
            [("shop_id", "=", self.shop.id), ("kind", "=", kind)], limit=1
        )
        content = b64decode(file.file)
        if kind == "shipment":
            return content.decode().splitlines()[1:]
        self.assertTrue(content.startswith(b"\xef\xbb\xbf"), "Excel wants it")
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        self.assertEqual(file.row_count, len(rows))
        return rows

    def ship(self, order, **values):
        picking = order.picking_ids
        picking.write(
            {"carrier_id": self.carrier.id, "carrier_tracking_ref": "T1"} | values
        )
        picking.button_validate()
        return picking

    def test_open_orders_come_with_addresses_the_most_urgent_first(self):
        late = self.place(self.line(quantity=2, price="20.00"))
        soon = self.place(
            self.line("A7", "LAMP"), ship_by=late.ship_by - timedelta(hours=5)
        )
        shipped = self.place(status=SHIPPED)
        self.drain()
        first, second = self.export("order")
        self.assertEqual(
            (first["Order"], first["Item"], first["SKU"]), (soon.ref, "A7", "LAMP")
        )
        self.assertEqual((second["Order"], second["Quantity"]), (late.ref, "2"))
        self.assertEqual(
            (first["Name"], first["Street"], first["City"], first["Country"]),
            ("Ada Lovelace", "1 Main St", "Seattle", "US"),
        )
        self.assertEqual(first["Ship By (UTC)"], f"{soon.ship_by:%Y-%m-%d %H:%M}")
        self.assertNotIn(shipped.ref, {first["Order"], second["Order"]})

    def test_what_must_not_leave_says_why(self):
        self.apply(self.line(cancel_requested=True))
        [row] = self.export("order")
        self.assertIn("asks to cancel", row["Waits Because"])

    def test_a_spreadsheet_runs_nothing_of_it(self):
        evil = '=HYPERLINK("http://example.com")'
        self.apply(
            self.line(gift_message="+1 from @us"),
            recipient=Address(evil, "", ("@SUM(1)",), "-x", "", "", "98101", "US"),
        )
        [row] = self.export("order")
        self.assertEqual(row["Name"], f"'{evil}")
        self.assertEqual(row["Street"], "'@SUM(1)")
        self.assertEqual(row["City"], "'-x")
        self.assertEqual(row["Gift Message"], "'+1 from @us")

    def test_stock_is_told_by_sku_and_warehouse(self):
        self.apply(self.line(quantity=3, price="30.00"))
        rows = {(r["SKU"], r["Warehouse"]): r for r in self.export("stock")}
        row = rows["MUG", self.us.warehouse_id.name]
        self.assertEqual((row["On Hand"], row["Free"]), ("100", "97"))
        self.assertIn(("MUG", self.us.fba_warehouse_id.name), rows)

    def test_parcels_that_the_channel_does_not_know_are_in_its_own_form(self):
        records = [
            self.place(self.line("A1", quantity=2, price="20.00")),
            self.place(self.line("B1")),
            self.place(self.line("C1")),
        ]
        self.drain()
        order, known, blank = map(self.sale, records)
        self.ship(order)
        self.ship(known).acorn_known = True
        self.ship(blank, carrier_tracking_ref=False)
        self.assertEqual(
            self.export("shipment"),
            [f"{order.acorn_ref} A1 2 T1", f"{blank.acorn_ref} C1 1 ?"],
        )

    def test_a_part_of_an_order_without_item_numbers_is_not_told_as_the_whole(self):
        line = self.line(unnamed("MUG", 1), quantity=2, price="20.00")
        record = self.order(line, detailed=False, total=None)
        self.env["acorn.message"]._receive(
            self.shop, [_order_document(record)]
        )._apply_batch()
        picking = self.sale(record).picking_ids
        picking.write({"carrier_id": self.carrier.id, "carrier_tracking_ref": "T1"})
        picking.move_ids.quantity = 1
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.export("shipment"), [])
        rest = self.sale(record).picking_ids - picking
        rest.write({"carrier_id": self.carrier.id, "carrier_tracking_ref": "T2"})
        rest.button_validate()
        self.assertEqual(self.export("shipment"), [])

    def test_what_a_person_told_the_channel_is_not_told_again(self):
        record = self.place(self.line("A1"))
        self.drain()
        picking = self.ship(self.sale(record))
        self.world.change(
            record.ref,
            status=SHIPPED,
            packages=(Package("1", tracking="T1", items=(("A1", 1),)),),
        )
        self.drain()
        self.assertTrue(picking.acorn_known)
        self.assertFalse(self.world.parcels)
        self.assertEqual(self.export("shipment"), [])

    def test_only_some_are_kept_and_a_week_at_most(self):
        self.shop.export_keep = 2
        self.place()
        self.drain()
        for _n in range(4):
            self.export("order")
        files = self.env["acorn.export"].search([("shop_id", "=", self.shop.id)])
        self.assertEqual(len(files), 6)
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", "acorn.export"), ("res_field", "=", "file")]
        )
        self.assertEqual(len(attachments), 6)
        files.sudo().expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.env["acorn.export"]._gc_expired()
        self.assertFalse(files.exists() or attachments.exists())

    def test_the_list_of_files_writes_those_of_all_shops(self):
        self.env["acorn.export"].search([]).unlink()
        self.env["acorn.export"].with_user(self.manager).action_write()
        files = self.env["acorn.export"].with_user(self.manager).search([])
        self.assertIn(self.shop, files.shop_id)

    def test_managers_alone_see_them(self):
        self.export("order")
        file = self.env["acorn.export"].search([], limit=1)
        self.assertTrue(file.with_user(self.manager).file)
        with self.assertRaises(AccessError):
            file.with_user(self.user).read(["file"])
        with self.assertRaises(AccessError):
            self.shop.with_user(self.user).action_export()
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "acorn.export"), ("res_id", "=", file.id)]
            + [("res_field", "=", "file")]
        )
        with self.assertRaises(AccessError):
            attachment.with_user(self.user).read(["datas"])

    def test_files_are_written_by_themselves_where_this_is_wanted(self):
        Shop, Export = self.env["acorn.shop"], self.env["acorn.export"]
        mine = [("shop_id", "=", self.shop.id)]
        self.assertEqual(self.shop.export_every, "never")

        def due():
            with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
                Shop.with_env(self.env(cr=cr))._cron_export()
            self.env.invalidate_all()
            return Export.search_count(mine)

        self.assertEqual(due(), 0)
        self.shop.export_every = "hour"
        self.assertEqual((due(), due()), (3, 3))
        self.shop.exported_at = fields.Datetime.now() - timedelta(hours=1)
        self.assertEqual(due(), 6)


@tagged("post_install", "-at_install")
class TestOrderImport(OfflineCase):
    """Orders from a file that a person downloaded at the channel."""

    def file(self, *lines):
        content = b"\n".join(
            line if isinstance(line, bytes) else dump(line) for line in lines
        )
        return b64encode(content)

    def wizard(self, *lines):
        return (
            self.env["acorn.order.import"]
            .with_user(self.manager)
            .create({"shop_id": self.shop.id, "file": self.file(*lines)})
        )

    def brief(self, record):
        lines = [
            replace(line, ref=unnamed(line.sku, n))
            for n, line in enumerate(record.lines, 1)
        ]
        return replace(
            record,
            lines=tuple(lines),
            total=None,
            detailed=False,
            updated_at=record.updated_at.replace(microsecond=0),
        )

    def test_a_file_is_read_shown_and_imported(self):
        known = self.place(self.line("A1"))
        self.drain()
        new = self.brief(self.order(self.line(quantity=2, price="20.00")))
        wizard = self.wizard(self.brief(known), b"nonsense", new)
        self.assertEqual(wizard.action_read()["name"], "Import Orders from a File")
        self.assertEqual(
            (wizard.new_count, wizard.changed_count, wizard.known_count), (1, 0, 1)
        )
        self.assertEqual(wizard.unreadable_count, 1)
        self.assertIn("Line 2", wizard.problems)
        self.assertFalse(self.sale(new))
        wizard.action_import()
        order = self.sale(new)
        self.assertTrue(order.acorn_provisional)
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertEqual(wizard.message_ids.order_id, order)

    def test_the_same_file_twice_changes_nothing(self):
        new = self.brief(self.order(self.line("A1")))
        self.wizard(new).action_import()
        wizard = self.wizard(new)
        wizard.action_read()
        self.assertEqual((wizard.new_count, wizard.known_count), (0, 1))
        wizard.action_import()
        self.assertFalse(wizard.message_ids)
        self.assertEqual(len(self.sale(new)), 1)

    def test_the_channel_that_is_back_completes_it(self):
        record = self.order(self.line("A1", quantity=2, price="20.00", tax="1.00"))
        self.wizard(self.brief(record)).action_import()
        order = self.sale(record)
        self.world.place(record)
        self.drain()
        self.assertEqual(self.sale(record), order)
        self.assertFalse(order.acorn_provisional)
        self.assertSameAmount(order, record)
        self.assertEqual(len(order.picking_ids), 1)
        self.assertEqual(self.free(self.mug, self.us.warehouse_id), 98)

    def test_a_newer_file_changes_what_an_older_one_told(self):
        record = self.brief(self.order(self.line("A1"), by_channel=True))
        self.wizard(record).action_import()
        later = replace(
            record, status=SHIPPED, updated_at=record.updated_at + timedelta(hours=1)
        )
        wizard = self.wizard(later)
        wizard.action_read()
        self.assertEqual((wizard.new_count, wizard.changed_count), (0, 1))
        wizard.action_import()
        self.assertEqual(self.sale(record).picking_ids.state, "done")

    def test_wrong_files_say_what_is_wrong(self):
        for content, words in (
            (False, "Choose the file"),
            (self.file(b"\x00\x01"), "no such file"),
            (self.file(b""), "Choose the file"),
        ):
            wizard = self.wizard()
            wizard.file = content
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                wizard.action_read()

    def test_a_file_that_is_too_large_is_not_read(self):
        path = "odoo.addons.acorn_base.wizards.acorn_order_import.MAX_BYTES"
        wizard = self.wizard(self.brief(self.order()))
        with patch(path, 100), self.assertRaisesRegex(UserError, "shorter period"):
            wizard.action_read()

    def test_a_channel_without_files_says_so(self):
        Shop = self.env.registry["acorn.shop"]
        self.startPatcher(
            patch.object(Shop, "_get_channel_class", lambda self: DummyChannel)
        )
        with self.assertRaisesRegex(UserError, "no such files"):
            self.wizard(self.order()).action_read()
        self.assertFalse(self.env["acorn.export"]._file_of_shipments(self.shop))

    def test_it_takes_a_manager(self):
        with self.assertRaises(AccessError):
            self.env["acorn.order.import"].with_user(self.user).create(
                {"shop_id": self.shop.id}
            )
