import json
from base64 import b64encode
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.acorn_base.channel import Document, Refused
from odoo.addons.acorn_base.finance_records import Settlement
from odoo.addons.acorn_base.tests.dummy import DummyChannel, dump, load

from ..wizards import acorn_settlement_import
from .common import FinanceCase

SALE = ("Order", "ItemPrice", "Principal", "10.00")
ODD = ("Order", "ItemFees", "Moon Fee", "-0.10")


class FileChannel(DummyChannel):
    """The dummy channel with a website from which settlements are downloaded."""

    def read_file(self, kind, content, site=""):
        if not content.startswith(b"{"):
            raise Refused("This is no settlement.", code="no_settlement")
        ref = json.loads(content)["ref"]
        return [Document(kind, ref, self.now(), content)], []

    def parse(self, document):
        try:
            return load(Settlement, json.loads(document.body))
        except KeyError as error:
            raise Refused(f"line 7: {error} is missing", code="bad") from error


@tagged("post_install", "-at_install")
class TestSettlementImport(FinanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Shop = cls.env.registry["acorn.shop"]
        cls.startClassPatcher(
            patch.object(Shop, "_get_channel_class", lambda self: FileChannel)
        )
        cls.accountant = new_test_user(
            cls.env, "accountant", "account.group_account_user", tz="UTC"
        )

    def wizard(self, *contents):
        files = [
            {"name": f"{number}.txt", "datas": b64encode(content)}
            for number, content in enumerate(contents, 1)
        ]
        env = self.env(user=self.accountant)
        attachments = env["ir.attachment"].create(files)
        return env["acorn.settlement.import"].create(
            {"shop_id": self.shop.id, "attachment_ids": attachments.ids}
        )

    def file(self, *rows, **values):
        return dump(self.settlement(*rows, **values))

    def test_an_accountant_imports_several_files(self):
        wizard = self.wizard(self.file(SALE), self.file(SALE, SALE, ref="1002"))
        wizard.action_import()
        self.assertEqual(wizard.state, "done")
        self.assertFalse(wizard.problems)
        self.assertEqual(sorted(wizard.settlement_ids.mapped("ref")), ["1001", "1002"])
        self.assertEqual(wizard.settlement_ids.mapped("line_count"), [2, 1])
        opened = wizard.action_open()
        self.assertEqual(opened["res_model"], "acorn.settlement")

    def test_files_are_kept_as_they_came_and_no_copy_lies_about(self):
        content = self.file(SALE)
        wizard = self.wizard(content)
        attachments = wizard.attachment_ids
        wizard.action_import()
        message = wizard.settlement_ids.sudo().message_id
        self.assertEqual(message._plain(), content)
        self.assertFalse(attachments.exists())

    def test_a_settlement_that_is_here_is_not_counted_twice(self):
        self.wizard(self.file(SALE)).action_import()
        wizard = self.wizard(self.file(SALE))
        wizard.action_import()
        self.assertEqual(wizard.known_count, 1)
        self.assertEqual(len(wizard.settlement_ids), 1)
        self.assertEqual(len(wizard.settlement_ids.line_ids), 1)

    def test_a_file_that_is_no_settlement_is_told_and_the_others_go_on(self):
        wizard = self.wizard(b"%PDF-1.7", b'{"ref": "7"}', self.file(SALE))
        wizard.action_import()
        first, second = wizard.problems.splitlines()
        self.assertIn("1.txt: This is no settlement", first)
        self.assertIn("2.txt: line 7", second)
        self.assertEqual(wizard.settlement_ids.ref, "1001")
        self.assertFalse(self.message("7"))

    def test_a_file_that_is_too_large_is_refused(self):
        with patch.object(acorn_settlement_import, "MAX_BYTES", 10):
            wizard = self.wizard(self.file(SALE))
            wizard.action_import()
        self.assertIn("more than", wizard.problems)
        self.assertFalse(wizard.settlement_ids)

    def test_without_files_nothing_is_imported(self):
        with self.assertRaisesRegex(UserError, "Choose the files"):
            self.wizard().action_import()

    def test_who_keeps_no_books_imports_nothing(self):
        clerk = new_test_user(self.env, "clerk", "acorn_base.group_operator")
        with self.assertRaises(AccessError):
            self.env["acorn.settlement.import"].with_user(clerk).create(
                {"shop_id": self.shop.id}
            )

    def test_an_accountant_maps_an_unknown_amount_from_the_list(self):
        wizard = self.wizard(self.file(SALE, ODD, ODD), self.file(ODD, ref="1002"))
        wizard.action_import()
        settlement = wizard.settlement_ids.filtered(lambda s: s.ref == "1001")
        action = settlement.action_open_unknown()
        unknown = (
            self.env[action["res_model"]]
            .with_user(self.accountant)
            .search(action["domain"])
        )
        self.assertEqual(unknown.description, "Moon Fee")
        self.assertEqual((unknown.line_count, unknown.amount), (2, -0.2))
        opened = unknown.action_map()
        rules = self.env[opened["res_model"]].with_user(self.accountant)
        with Form(rules.with_context(**opened["context"])) as form:
            form.nature = "other_fee"
        self.assertFalse(unknown.exists().filtered(lambda row: not row.rule_id))
        self.assertEqual(wizard.settlement_ids.mapped("unknown_count"), [0, 0])
        self.assertEqual(form.record.profit_line, "other_fees")
        self.assertTrue(form.record.account_id)

    def test_kinds_sum_up_to_the_settlement(self):
        wizard = self.wizard(self.file(SALE, SALE, ODD))
        wizard.action_import()
        settlement = wizard.settlement_ids
        kinds = settlement.sum_ids
        self.assertEqual(kinds.mapped("line_count"), [1, 2])
        self.assertAlmostEqual(sum(kinds.mapped("amount")), settlement.total, 2)
        self.assertEqual(settlement.unknown_ids, kinds[0])
        lines = kinds[1].action_open_lines()
        found = self.env["acorn.settlement.line"].search(lines["domain"])
        self.assertEqual(len(found), 2)

    def test_after_a_reversal_the_file_that_was_kept_back_is_read(self):
        wizard = self.wizard(self.file(SALE))
        wizard.action_import()
        settlement = wizard.settlement_ids
        settlement.sudo().state = "posted"
        self.wizard(self.file(SALE, SALE)).action_import()
        self.assertEqual(settlement.line_count, 1)
        settlement.sudo().state = "reversed"
        settlement.action_read_again()
        self.assertEqual(settlement.line_count, 2)

    def test_orders_that_came_later_are_linked_by_night(self):
        record = self.order()
        row = (*SALE, None, {"order_ref": record.ref})
        until = record.created_at
        wizard = self.wizard(self.file(row, until=until))
        wizard.action_import()
        settlement = wizard.settlement_ids
        with patch.object(FileChannel, "parse", DummyChannel.parse):
            self.world.place(record)
            self.drain()
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env["acorn.settlement"].with_env(self.env(cr=cr))._cron_relink()
        self.env.invalidate_all()
        self.assertEqual(settlement.line_ids.order_id, self.sale(record))
