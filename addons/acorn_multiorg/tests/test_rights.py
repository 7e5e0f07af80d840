from base64 import b64decode
from datetime import timedelta
from io import BytesIO

from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestRights(GroupCase):
    """The list of rights tells who may do what, and what deserves a second look."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make = cls.make_person
        cls.admin = make("ad", "group_administrator")
        cls.clerk = make("clerk", "group_service", unit_id=cls.units["us"].id)
        roles = ("group_warehouse", "group_operations")
        cls.wide = make("wide", *roles, unit_id=cls.hq.id)
        cls.finance = make("fin", "group_finance", unit_id=cls.units["de"].id)

    def rows(self, made):
        book = load_workbook(BytesIO(b64decode(made.file)))
        header, *rows = book.active.iter_rows()
        titles = [cell.value for cell in header]
        return {row[1].value: dict(zip(titles, row, strict=True)) for row in rows}

    def make(self, reader=None):
        action = self.env["acorn.rights.list"].with_user(reader or self.admin)
        action = action.action_make()
        return self.env["acorn.rights.list"].browse(action["res_id"])

    def test_it_tells_roles_scopes_and_wide_grants(self):
        rows = self.rows(self.make())
        clerk = rows["clerk"]
        self.assertEqual(clerk["Roles"].value, "Customer Service")
        self.assertIn("Branch US", clerk["Scopes"].value)
        self.assertFalse(clerk["Wide Grants"].value)
        wide = rows["wide"]["Wide Grants"].value
        self.assertEqual(wide, "scope at headquarters\nseveral roles")
        self.assertEqual(rows["ad"]["Roles"].value, "Administrator")
        self.assertIn("administrator", rows["ad"]["Wide Grants"].value)
        self.assertIn("no second factor", rows["fin"]["Wide Grants"].value)
        self.assertEqual(rows["fin"]["Second Factor"].value, "no")

    def test_it_tells_unused_accounts(self):
        self.env["ir.config_parameter"].set_param("acorn_multiorg.unused_days", 30)
        long_ago = fields.Datetime.now() - timedelta(days=40)
        self.env.cr.execute(
            "UPDATE res_users SET create_date = %s WHERE id = ANY(%s)",
            [long_ago, [self.clerk.id, self.wide.id]],
        )
        self.env["res.users.log"].with_user(self.wide).sudo().create({})
        self.env["res.users.log"].with_user(self.finance).sudo().create({})
        self.env.cr.execute(
            "UPDATE res_users_log SET create_date = %s WHERE create_uid = %s",
            [long_ago, self.finance.id],
        )
        self.env.invalidate_all()
        made = self.make()
        rows = self.rows(made)
        self.assertEqual(rows["clerk"]["Unused"].value, "never signed in")
        self.assertEqual(rows["fin"]["Unused"].value, "no sign-in for 30 days")
        self.assertFalse(rows["wide"]["Unused"].value)
        self.assertFalse(rows["ad"]["Unused"].value)
        shown = [row for row in rows.values() if row["Unused"].value]
        self.assertEqual(made.unused_count, len(shown))

    def test_names_run_no_formulas(self):
        self.clerk.name = '=HYPERLINK("http://example.com")'
        cell = self.rows(self.make())["clerk"]["Person"]
        self.assertEqual(cell.data_type, "s")
        self.assertEqual(cell.value, self.clerk.name)

    def test_each_month_administrators_are_told_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.admin.lang = "zh_CN"
        before = self.env["acorn.rights.list"].search([])
        self.env["acorn.rights.list"]._cron_make()
        made = self.env["acorn.rights.list"].search([]) - before
        self.assertEqual(set(made.mapped("lang")), {"zh_CN", "en_US"})
        told = made.activity_ids.filtered(lambda each: each.user_id == self.admin)
        self.assertEqual(len(told), 1)
        self.assertEqual(
            self.env["acorn.rights.list"].browse(told.res_id).lang, "zh_CN"
        )
        self.assertNotIn(self.clerk, made.activity_ids.user_id)

    def test_only_administrators_make_and_read_it(self):
        made = self.make()
        self.assertTrue(made.with_user(self.admin).read(["file"]))
        chief = self.make_person("chief", "group_group_manager", unit_id=self.hq.id)
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", made._name), ("res_field", "=", "file")]
        )
        self.assertTrue(attachment)
        for user in (chief, self.clerk):
            with self.assertRaises(AccessError):
                self.make(user)
            with self.assertRaises(AccessError):
                made.with_user(user).read(["file"])
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(["datas"])
        with self.assertRaises(AccessError):
            made.with_user(self.admin).write({"file_name": "x"})
