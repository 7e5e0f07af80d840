from base64 import b64decode, b64encode

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.acorn_base import sheet

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestBatch(GroupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_person(
            "manager", "group_shop_manager", unit_id=cls.units["us"].id
        )
        cls.operator = cls.make_person(
            "operator", "group_operations", unit_id=cls.units["us"].id
        )

    def wizard(self, person):
        companies = person.company_ids.ids
        Batch = self.env["acorn.batch"].with_user(person)
        return Batch.with_context(allowed_company_ids=companies).create({})

    def batch(self, *rows):
        batch = self.wizard(self.manager)
        titles = [("Name", 20), ("Unit", 20), ("Template", 20)]
        batch.file = b64encode(sheet.write(titles, rows))
        batch.action_check()
        return batch

    def connect_batch(self, batch):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            batch.with_env(batch.env(cr=cr)).action_connect()
        self.env.invalidate_all()

    def test_a_manager_connects_shops_of_the_own_units_and_no_others(self):
        batch = self.batch(
            ["Good", "Branch US", ""],
            ["Foreign", "Branch DE", ""],
            ["Below", "Store", ""],
        )
        states = batch.row_ids.mapped("state")
        self.assertEqual(states, ["ready", "wrong", "ready"])
        self.connect_batch(batch)
        shops = batch.row_ids.shop_id
        self.assertEqual(shops.mapped("name"), ["Good", "Below"])
        self.assertEqual(shops.company_id, self.units["us"] | self.units["store"])
        self.assertEqual(set(shops.mapped("state")), {"live"})

    def test_a_shop_whose_test_fails_is_not_kept_and_its_row_tells_why(self):
        batch = self.batch(["Fails", "Branch US", ""])
        self.world.sites = ()
        self.connect_batch(batch)
        row = batch.row_ids
        self.assertEqual(row.state, "failed")
        self.assertIn("sells nowhere", row.result)
        self.assertFalse(self.env["acorn.shop"].search([("name", "=", "Fails")]))

    def test_a_file_that_is_none_and_one_without_rows_are_refused(self):
        batch = self.wizard(self.manager)
        with self.assertRaisesRegex(UserError, "no XLSX file"):
            batch.file = b64encode(b"no sheet")
        with self.assertRaisesRegex(UserError, "lacks these columns: Unit"):
            batch.file = b64encode(sheet.write([("Name", 9), ("Template", 9)], []))
        with self.assertRaisesRegex(UserError, "no rows"):
            batch.action_check()

    def test_the_empty_sheet_explains_its_columns_on_a_second_page(self):
        batch = self.wizard(self.manager)
        batch.action_download()
        data = b64decode(batch.exported)
        self.assertEqual(sheet.read(data, {"name": ("Name",), "unit": ("Unit",)}), [])
        pages = sheet.load_workbook(sheet.BytesIO(data)).worksheets
        self.assertEqual(
            [row[0].value for row in pages[1].iter_rows(min_row=2)],
            ["Name", "Unit", "Template"],
        )

    def test_who_does_not_set_up_shops_reads_no_sheets(self):
        with self.assertRaises(AccessError):
            self.wizard(self.operator)
