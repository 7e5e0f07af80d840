import base64
import io

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools.pdf import OdooPdfFileReader, PdfFileWriter

from .test_pick import PickCase


def pdf(width):
    """Return a PDF of one page, which is recognised by its width."""
    writer, file = PdfFileWriter(), io.BytesIO()
    writer.add_blank_page(width=width, height=600)
    writer.write(file)
    return file.getvalue()


def zpl(text):
    return f"^XA^FO50,50^FD{text}^FS^XZ".encode()


class TestLabels(PickCase):
    """Labels of carriers and of anybody, from a selection, each parcel once."""

    def attach(self, record, name, raw, **values):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": raw,
                "res_model": record._name,
                "res_id": record.id,
                **values,
            }
        )

    def deliveries(self, count=2):
        return self.env["stock.picking"].union(
            *(self.apply().picking_ids for _number in range(count))
        )

    def ask(self, pickings, user=None):
        records = pickings.with_user(user or self.packer)
        action = records.action_acorn_print_labels()
        return records.env[action["res_model"]].browse(action["res_id"])

    def pages(self, wizard):
        """Return the widths of the pages of the PDF that was made."""
        if not wizard.pdf_file:
            return []
        content = io.BytesIO(base64.b64decode(wizard.pdf_file))
        reader = OdooPdfFileReader(content, strict=False)
        return [int(page.mediabox.width) for page in reader.pages]

    def test_labels_of_a_selection_are_one_file_in_the_order_of_the_walk(self):
        stock = self.us.warehouse_id.lot_stock_id
        first, second = self.deliveries()
        for picking, name in ((first, "B-2"), (second, "A-1")):
            picking.move_line_ids.location_id = self.env["stock.location"].create(
                {"name": name, "location_id": stock.id}
            )
        self.attach(first, "LabelShipping-dhl-1.pdf", pdf(101))
        self.attach(second, "LabelShipping-dhl-2.pdf", pdf(102))
        wizard = self.ask(first | second)
        self.assertEqual((wizard.new_count, wizard.printed_count), (2, 0))
        wizard.action_print()
        self.assertEqual(self.pages(wizard), [102, 101])

    def test_labels_on_packages_and_by_hand_count_but_return_labels_do_not(self):
        picking = self.deliveries(1)
        picking.move_ids.picked = True
        picking.action_put_in_pack()
        package = picking.move_line_ids.result_package_id
        self.attach(picking, "scan of the carrier.pdf", pdf(101))
        self.attach(package, "label.pdf", pdf(102))
        self.attach(picking, "LabelReturn-dhl-1.pdf", pdf(103))
        self.attach(picking, "photo.png", b"\x89PNG")
        self.attach(picking, "notes.txt", b"call before delivery")
        wizard = self.ask(picking)
        wizard.action_print()
        self.assertEqual(self.pages(wizard), [101, 102])
        self.assertFalse(wizard.zpl_file)

    def test_zpl_and_pdf_are_two_files(self):
        first, second = self.deliveries()
        self.attach(first, "LabelShipping-ups-1.ZPL", zpl("1"))
        self.attach(first, "LabelShipping-ups-2.txt", zpl("2"))
        self.attach(second, "LabelShipping-dhl.pdf", pdf(101))
        wizard = self.ask(first | second)
        wizard.action_print()
        self.assertEqual(self.pages(wizard), [101])
        content = base64.b64decode(wizard.zpl_file)
        self.assertEqual(content, zpl("1") + b"\n" + zpl("2") + b"\n")

    def test_each_parcel_is_printed_once_unless_someone_insists(self):
        picking = self.deliveries(1)
        self.attach(picking, "LabelShipping-dhl-1.pdf", pdf(101))
        self.ask(picking).action_print()
        self.attach(picking, "LabelShipping-dhl-2.pdf", pdf(102))
        wizard = self.ask(picking, self.colleague)
        self.assertEqual((wizard.new_count, wizard.printed_count), (1, 1))
        self.assertIn(self.packer.name, wizard.printed_text)
        wizard.action_print()
        self.assertEqual(self.pages(wizard), [102])
        wizard = self.ask(picking)
        self.assertEqual(wizard.new_count, 0)
        with self.assertRaisesRegex(UserError, "no label to print"):
            wizard.action_print()
        wizard.action_print_again()
        self.assertEqual(self.pages(wizard), [101, 102])

    def test_label_of_two_deliveries_is_one_parcel(self):
        first, second = self.deliveries()
        for picking in (first, second):  # as Odoo's carriers do with related transfers
            self.attach(picking, "LabelShipping-dhl-1.pdf", pdf(101))
        wizard = self.ask(first)
        wizard.action_print()
        wizard = self.ask(first | second)
        self.assertEqual((wizard.new_count, wizard.printed_count), (0, 1))
        self.attach(second, "LabelShipping-dhl-2.pdf", pdf(102))
        wizard.action_print()
        self.assertEqual(self.pages(wizard), [102])

    def test_deliveries_without_a_label_are_named(self):
        first, second = self.deliveries()
        self.attach(first, "LabelShipping-dhl-1.pdf", pdf(101))
        text = self.ask(first | second).missing_text
        self.assertIn(second.name, text)
        self.assertNotIn(first.name, text)

    def test_held_and_cancelled_deliveries_get_no_label_and_are_named(self):
        free, gone = self.deliveries()
        asked = self.apply(self.line(cancel_requested=True)).picking_ids
        gone.action_cancel()
        for width, picking in enumerate((free, gone, asked), 101):
            self.attach(picking, "LabelShipping-dhl.pdf", pdf(width))
        wizard = self.ask(free | gone | asked)
        for text in ("asks to cancel", gone.name):
            self.assertIn(text, wizard.refused_text)
        self.assertNotIn(free.name, wizard.refused_text)
        wizard.action_print()
        self.assertEqual(self.pages(wizard), [101])

    def test_damaged_label_is_named_and_nothing_counts_as_printed(self):
        picking = self.deliveries(1)
        whole = self.attach(picking, "LabelShipping-dhl-1.pdf", pdf(101))
        self.attach(picking, "LabelShipping-dhl-2.pdf", b"%PDF-1.4 cut off")
        wizard = self.ask(picking)
        with self.assertRaisesRegex(UserError, "LabelShipping-dhl-2.pdf"):
            wizard.action_print()
        self.assertFalse(whole.acorn_printed_at)

    def test_batch_prints_the_labels_of_its_deliveries(self):
        pickings = self.deliveries()
        self.attach(pickings[1], "LabelShipping-dhl-1.pdf", pdf(101))
        batch = self.env["stock.picking.batch"].create({"picking_ids": pickings.ids})
        server = self.env.ref("acorn_base.action_server_print_labels_of_batches")
        action = (
            server.with_user(self.packer)
            .with_context(
                active_model=batch._name, active_id=batch.id, active_ids=batch.ids
            )
            .run()
        )
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.picking_ids, pickings)

    def test_only_who_may_work_on_deliveries_prints_and_reads_the_file(self):
        picking = self.deliveries(1)
        self.attach(picking, "LabelShipping-dhl-1.pdf", pdf(101))
        wizard = self.ask(picking)
        wizard.action_print()
        clerk = new_test_user(self.env, "clerk", groups="base.group_user")
        with self.assertRaises(AccessError):
            picking.with_user(clerk).action_acorn_print_labels()
        with self.assertRaises(AccessError):
            wizard.with_user(clerk).read(["pdf_file"])
        with self.assertRaises(AccessError):
            wizard.with_user(self.colleague).read(["pdf_file"])


class TestPackingSlip(PickCase):
    """What lies in the parcel: whose it is, what is in it, and no price."""

    def slip(self, pickings):
        report = self.env["ir.actions.report"].with_user(self.packer)
        html, _kind = report._render_qweb_html(
            "acorn_base.report_packing_slip", pickings.ids
        )
        return html.decode()

    def test_slip_has_the_number_as_a_barcode_gifts_and_no_price(self):
        order = self.apply(
            self.line(
                quantity=2,
                price="77.77",
                gift_message="Happy birthday, Ada!",
                gift_wrap="Blue paper",
            )
        )
        slip = self.slip(order.picking_ids)
        self.assertIn(order.picking_ids._acorn_slip_barcode(), slip)
        shown = (order.acorn_ref, order.picking_ids.name, "Mug", "1 Main St", "Seattle")
        for text in (*shown, "Happy birthday, Ada!", "Blue paper"):
            self.assertIn(text, slip)
        # Nor that the parcel is late: the buyer reads it.
        for secret in ("77.77", "155.54", order.partner_id.acorn_email, "Ship by"):
            self.assertNotIn(secret, slip)

    def test_orders_of_the_company_itself_have_slips_too(self):
        order = self.ordinary_order()
        slip = self.slip(order.picking_ids)
        self.assertIn(order.name, slip)
        self.assertNotIn("Ship by", slip)

    def test_held_delivery_has_no_slip_but_the_reason(self):
        free = self.apply().picking_ids
        asked = self.apply(self.line(cancel_requested=True)).picking_ids
        slip = self.slip(free | asked)
        self.assertIn(free.name, slip)
        self.assertNotIn(asked.name, slip)
        self.assertIn("asks to cancel", slip)

    def test_slips_of_a_selection_follow_the_walk(self):
        first, second = (self.apply().picking_ids for _number in range(2))
        shelf = self.env["stock.location"].create(
            {"name": "A-1", "location_id": self.us.warehouse_id.lot_stock_id.id}
        )
        first.move_line_ids.location_id = shelf
        pickings = (first | second).with_user(self.packer)
        action = pickings.action_acorn_print_packing_slips()
        self.assertEqual(action["context"]["active_ids"], [second.id, first.id])
