from base64 import b64decode, b64encode
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from unittest.mock import patch

from openpyxl import Workbook, load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .. import sheet
from .common import AcornCase

TITLES = ("Shop", "SKU", "Product (internal reference)", "Barcode")


def xlsx(*rows, titles=TITLES):
    book = Workbook()
    for row in (titles, *rows):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return b64encode(file.getvalue())


class WizardCase(AcornCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(cls.env, "reader", groups="acorn_base.group_user")
        cls.manager = new_test_user(
            cls.env, "manager", groups="acorn_base.group_manager"
        )


class TestOfferMapping(WizardCase):
    """Products of SKUs are exported, filled in, and imported."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "Part", "default_code": "007", "barcode": "0012345678905"}
        )
        cls.offer = cls.offer_of("00042", title="=1+1")

    @classmethod
    def offer_of(cls, sku, **values):
        return cls.env["acorn.offer"].create(
            {"shop_id": cls.shop.id, "sku": sku, **values}
        )

    def wizard(self, **values):
        return self.env["acorn.offer.mapping"].with_user(self.manager).create(values)

    def import_rows(self, *rows, **options):
        wizard = self.wizard(file=xlsx(*rows, **options))
        wizard.action_import()
        return wizard

    def exported(self, **values):
        wizard = self.wizard(**values)
        action = wizard.action_export()
        self.assertIn(f"/{wizard.id}/exported/", action["url"])
        return load_workbook(BytesIO(b64decode(wizard.exported)))

    def reasons(self, wizard):
        return {error.row: error.reason for error in wizard.error_ids}

    def test_exported_file_filled_in_and_imported_keeps_leading_zeros(self):
        book = self.exported()
        page = book.active
        [row] = [row for row in page.iter_rows(min_row=2) if row[1].value == "00042"]
        self.assertEqual(row[5].number_format, "@", "What is typed here stays text")
        row[5].value = "007"
        file = BytesIO()
        book.save(file)
        wizard = self.wizard(file=b64encode(file.getvalue()))
        wizard.action_import()
        self.assertEqual(self.offer.product_id, self.product)
        self.assertEqual(wizard.changed_ids, self.offer)
        self.assertFalse(wizard.error_ids)

    def test_export_has_a_frozen_header_and_runs_no_formula(self):
        page = self.exported().active
        self.assertEqual(page.freeze_panes, "A2")
        self.assertEqual([cell.value for cell in page[1]][:2], ["Shop", "SKU"])
        [title] = [row[3] for row in page.iter_rows(min_row=2) if row[1].value]
        self.assertEqual((title.value, title.data_type), ("=1+1", "s"))

    def test_export_of_all_tells_the_present_product(self):
        self.offer.product_id = self.product
        self.assertEqual(self.exported().active.max_row, 1)
        page = self.exported(only_unmapped=False, shop_ids=self.shop.ids).active
        self.assertEqual(
            [cell.value for cell in page[2]][4:],
            ["Seller", "007", "0012345678905", "Part"],
        )

    def test_imported_file_as_exported_changes_nothing(self):
        self.offer.product_id = self.product
        self.offer_of("X-1")
        file = BytesIO()
        self.exported(only_unmapped=False).save(file)
        wizard = self.wizard(file=b64encode(file.getvalue()))
        wizard.action_import()
        self.assertEqual(wizard.unchanged_count, 2)
        self.assertFalse(wizard.changed_ids | self.offer.browse(wizard.error_ids.ids))

    def test_barcode_stands_in_for_a_reference(self):
        self.import_rows(["Dummy shop", "00042", "", 12345678905])
        self.assertFalse(self.offer.product_id, "A number has lost its zeros")
        self.import_rows(["Dummy shop", "00042", "", "0012345678905"])
        self.assertEqual(self.offer.product_id, self.product)

    def test_numbers_are_read_as_people_see_them(self):
        self.product.default_code = "77"
        offer = self.offer_of("123")
        self.import_rows(["Dummy shop", 123.0, 77, None])
        self.assertEqual(offer.product_id, self.product)

    def test_rows_that_cannot_be_used_are_told_and_the_others_applied(self):
        for name in ("One", "Two"):
            self.env["product.product"].create({"name": name, "default_code": "TWICE"})
        other = self.offer_of("OTHER")
        wizard = self.import_rows(
            ["Dummy shop", "00042", "007", ""],
            ["Dummy shop", "NOPE", "007", ""],
            ["Nowhere", "00042", "007", ""],
            ["Dummy shop", "OTHER", "NONE", ""],
            ["Dummy shop", "OTHER", "TWICE", ""],
            ["Dummy shop", "OTHER", "=A1", ""],
            [None, None, None, None],
            ["Dummy shop", "00042", "MUG", ""],
        )
        reasons = self.reasons(wizard)
        self.assertEqual(list(reasons), [3, 4, 5, 6, 7, 9])
        self.assertIn("no SKU NOPE", reasons[3])
        self.assertIn("Nowhere", reasons[4])
        self.assertIn("No product", reasons[5])
        self.assertIn("Several products", reasons[6])
        self.assertIn("formula", reasons[7])
        self.assertIn("earlier row", reasons[9])
        self.assertEqual(self.offer.product_id, self.product)
        self.assertFalse(other.product_id)

    def test_shops_of_one_name_are_not_confused(self):
        twin = self.shop.copy({"name": self.shop.name})
        self.env["acorn.offer"].create({"shop_id": twin.id, "sku": "00042"})
        wizard = self.import_rows(["Dummy shop", "00042", "007", ""])
        self.assertIn("Several shops", self.reasons(wizard)[2])

    def test_product_of_another_company_is_not_found(self):
        self.product.company_id = self.env["res.company"].create({"name": "Other"})
        wizard = self.import_rows(["Dummy shop", "00042", "007", ""])
        self.assertIn("No product", self.reasons(wizard)[2])

    def test_file_that_is_no_xlsx_changes_nothing(self):
        for data in (b"", b"Shop,SKU\n", b"PK\x03\x04 broken"):
            with self.assertRaisesRegex(UserError, "no XLSX file"):
                self.wizard(file=b64encode(data)).action_import()

    def test_missing_columns_are_named(self):
        with self.assertRaisesRegex(UserError, r"columns: SKU, Barcode\."):
            self.import_rows(titles=["shop", "Product (internal reference)"])

    def test_large_files_are_refused(self):
        rows = [["Dummy shop", "00042", "007", ""]] * 4
        for name in ("MAX_ROWS", "MAX_BYTES", "MAX_UNPACKED"):
            with (
                patch.object(sheet, name, 3),
                self.assertRaisesRegex(UserError, "too large"),
            ):
                self.import_rows(*rows)

    def test_import_searches_once_whatever_the_number_of_rows(self):
        few = [["Dummy shop", f"S{n}", "NONE", ""] for n in range(2)]
        many = [["Dummy shop", f"S{n}", "NONE", ""] for n in range(60)]
        for row in many:
            self.offer_of(row[1])
        counts = []
        self.import_rows(*few)
        for rows in (few, many):
            wizard = self.wizard(file=xlsx(*rows))
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.action_import()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def test_waiting_orders_are_put_right_after_the_import(self):
        order = self.apply(self.line(sku="NEW-1"))
        self.assertTrue(order.acorn_unmapped)
        wizard = self.import_rows(["Dummy shop", "NEW-1", "MUG", ""])
        self.assertEqual(wizard.waiting_count, 1)
        wizard.action_retry_orders()
        self.assertEqual(order.order_line.product_id, self.mug)
        self.assertFalse(order.acorn_unmapped)

    def test_user_may_not_map(self):
        with self.assertRaises(AccessError):
            self.env["acorn.offer.mapping"].with_user(self.reader).create({})


class TestFetchOrder(WizardCase):
    """One order is fetched by its number."""

    def fetch(self, number):
        return (
            self.env["acorn.fetch.order"]
            .with_user(self.manager)
            .create({"shop_id": self.shop.id, "number": number})
            .action_fetch()
        )

    def test_order_is_fetched_at_once_and_opened(self):
        record = self.place()
        action = self.fetch(f" {record.ref} ")
        self.assertEqual(action["res_model"], "sale.order")
        self.assertEqual(action["res_id"], self.sale(record).id)
        self.assertApplied(record)

    def test_order_already_here_is_opened_and_not_applied_again(self):
        order = self.apply()
        done_at = self.message(order.acorn_ref).done_at
        action = self.fetch(order.acorn_ref)
        self.assertEqual(action["res_id"], order.id)
        self.assertEqual(self.message(order.acorn_ref).done_at, done_at)

    def test_order_that_cannot_be_applied_opens_its_message(self):
        record = self.world.place(replace(self.order(), total=Decimal("99.99")))
        action = self.fetch(record.ref)
        self.assertEqual(action["res_model"], "acorn.message")
        self.assertEqual(self.message(record).state, "failed")

    def test_what_the_channel_answers_is_told(self):
        with self.assertRaisesRegex(UserError, "no order 404"):
            self.fetch("404")

    def test_user_may_not_fetch(self):
        with self.assertRaises(AccessError):
            self.env["acorn.fetch.order"].with_user(self.reader).create({"number": "1"})
        with self.assertRaises(AccessError):
            self.shop.with_user(self.reader)._fetch("order", ["1"])


class TestMessageSkip(WizardCase):
    """Messages are set aside with a reason."""

    def skip(self, user, reason):
        record = self.world.place(replace(self.order(), total=Decimal("99.99")))
        self.drain()
        message = self.message(record)
        self.assertEqual(message.state, "failed")
        self.env["acorn.message.skip"].with_user(user).with_context(
            active_ids=message.ids
        ).create({"reason": reason}).action_skip()
        return message

    def test_skipped_message_keeps_the_reason(self):
        message = self.skip(self.manager, "A test order")
        self.assertEqual(message.state, "skipped")
        self.assertEqual(message.skip_reason, "A test order")

    def test_skipping_needs_a_reason(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.skip(self.manager, " ")

    def test_user_may_not_skip(self):
        with self.assertRaises(AccessError):
            self.skip(self.reader, "Because")
