from datetime import date
from io import BytesIO

from openpyxl import load_workbook

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest

from .ledger import MARCH, LedgerCase


@tagged("post_install", "-at_install")
class TestAccountingReports(LedgerCase):
    """The general ledger, trial balance, open items, aged partners and VAT that the
    menu opens are equal to the journal items of the company, and of no other."""

    charts = {
        "Ledger Inc.": ("generic_coa", "us"),
        "Neighbour Inc.": ("generic_coa", "us"),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine, other = cls.companies
        cls.fill(cls.mine, date(2025, 7, 1), factor=3)
        cls.fill(cls.mine, date(2026, 3, 3))
        cls.fill(cls.mine, date(2026, 4, 3), factor=7)
        cls.fill(other, date(2026, 3, 3), factor=11)
        cls.tax = cls.env["account.tax"].search(
            [("company_id", "=", cls.mine.id), ("type_tax_use", "=", "sale")], limit=1
        )
        cls.invoices = cls.env["account.move"]
        for day in (date(2025, 11, 11), date(2026, 3, 6)):
            cls.invoices |= cls.invoice(day, 200)
        cls.invoices.action_post()
        cls.pay(cls.invoices[0], 50)
        cls.receivable = cls.invoices.line_ids.account_id.filtered(
            lambda account: account.account_type == "asset_receivable"
        )

    @classmethod
    def invoice(cls, day, price):
        return (
            cls.env["account.move"]
            .with_company(cls.mine)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": cls.partner.id,
                    "invoice_date": day,
                    "date": day,
                    "invoice_date_due": day,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Mugs",
                                "price_unit": price,
                                "account_id": cls.account(cls.mine, "income").id,
                                "tax_ids": [Command.set(cls.tax.ids)],
                            }
                        )
                    ],
                }
            )
        )

    @classmethod
    def pay(cls, invoice, amount):
        receivable = invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        item = receivable.account_id, -amount, {"partner_id": cls.partner.id}
        entry = cls.entry(cls.mine, date(2026, 2, 1), item, ("asset_cash", amount))
        paid = entry.line_ids.filtered(
            lambda line: line.account_id == receivable.account_id
        )
        (receivable | paid).reconcile()

    # === TOOLS === #

    def report(self, model, name, **values):
        """Return what a report's page is made of, its HTML, and its XLSX rows."""
        with self.as_user(self.reader, self.mine) as env:
            wizard = env[model].create({"company_id": self.mine.id, **values})
            data = self.as_sent(wizard._prepare_report_data())
            page = env[f"report.account_financial_report.{name}"]._get_report_values(
                wizard.ids, data
            )
            Report = env["ir.actions.report"]
            with MockRequest(env):  # the page about VAT asks for it
                html, _kind = Report._render_qweb_html(
                    f"account_financial_report.{name}", wizard.ids, data
                )
            content, _kind = Report._render_xlsx(
                f"a_f_r.report_{name}_xlsx", wizard.ids, data
            )
        sheet = load_workbook(BytesIO(content)).active
        return page, html.decode(), list(sheet.iter_rows(values_only=True))

    def as_sent(self, data):
        """Return dates as text, as the browser sends them back."""
        return {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in data.items()
        }

    def assertSums(self, found, expected):
        keys = {key for key, value in expected.items() if round(value, 2)}
        self.assertTrue(keys)
        self.assertEqual(
            {key: round(value, 2) for key, value in found.items() if round(value, 2)},
            {key: round(expected[key], 2) for key in keys},
        )

    def codes(self, sums):
        accounts = self.env["account.account"].with_company(self.mine)
        return {accounts.browse(key).code: value for key, value in sums.items()}

    def residuals(self, at):
        """Return {account: open amount at a date}, by SQL."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT line.account_id,
                      SUM(line.balance - COALESCE(as_debit.paid, 0)
                                       + COALESCE(as_credit.paid, 0))
                 FROM account_move_line line
                 JOIN account_account account ON account.id = line.account_id
                 LEFT JOIN (SELECT debit_move_id, SUM(amount) AS paid
                              FROM account_partial_reconcile
                             WHERE max_date <= %(at)s GROUP BY 1) as_debit
                   ON as_debit.debit_move_id = line.id
                 LEFT JOIN (SELECT credit_move_id, SUM(amount) AS paid
                              FROM account_partial_reconcile
                             WHERE max_date <= %(at)s GROUP BY 1) as_credit
                   ON as_credit.credit_move_id = line.id
                WHERE line.company_id = %(company)s AND line.parent_state = 'posted'
                  AND line.date <= %(at)s AND account.account_type
                      IN ('asset_receivable', 'liability_payable')
                GROUP BY 1""",
            {"company": self.mine.id, "at": at},
        )
        return {key: float(value) for key, value in self.env.cr.fetchall()}

    # === STORIES === #

    def test_trial_balance_is_the_sum_of_journal_items(self):
        page, html, rows = self.report(
            "trial.balance.report.wizard",
            "trial_balance",
            date_from=MARCH[0],
            date_to=MARCH[1],
        )
        month = self.sums(self.mine, *MARCH)
        self.assertSums(
            {line["id"]: line["balance"] for line in page["trial_balance"]}, month
        )
        balance_sheet = {
            line["id"]: line["ending_balance"]
            for line in page["trial_balance"]
            if self.env["account.account"].browse(line["id"]).internal_group
            not in ("income", "expense", "equity")
        }
        ever = self.sums(self.mine, None, MARCH[1])
        self.assertSums(balance_sheet, {key: ever[key] for key in balance_sheet})
        codes = self.codes(month)
        self.assertSums(
            {row[0]: row[5] for row in rows if row[0] in codes and row[5]}, codes
        )
        for code in codes:
            self.assertIn(code, html)

    def test_general_ledger_is_the_sum_of_journal_items(self):
        page, html, rows = self.report(
            "general.ledger.report.wizard",
            "general_ledger",
            date_from=MARCH[0],
            date_to=MARCH[1],
            centralize=False,
        )
        month = self.sums(self.mine, *MARCH)
        before = self.sums(self.mine, None, date(2026, 2, 28))
        found = {
            account["id"]: account["fin_bal"]["balance"]
            - account["init_bal"]["balance"]
            for account in page["general_ledger"]
        }
        self.assertSums(found, month)
        cash = self.account(self.mine, "asset_cash")
        opening = {
            account["id"]: account["init_bal"]["balance"]
            for account in page["general_ledger"]
        }
        self.assertAlmostEqual(opening[cash.id], before[cash.id])
        self.assertIn(cash.code, html)
        text = [cell for row in rows for cell in row if isinstance(cell, float | int)]
        ever = self.sums(self.mine, None, MARCH[1])[cash.id]
        self.assertIn(round(ever, 2), [round(number, 2) for number in text])

    def test_open_items_are_what_is_not_reconciled(self):
        residuals = self.residuals(MARCH[1])
        page, html, rows = self.report(
            "open.items.report.wizard",
            "open_items",
            date_at=MARCH[1],
            account_ids=[Command.set(residuals)],
        )
        self.assertSums(
            {
                key: total["residual"]
                for key, total in page["total_amount"].items()
                if isinstance(key, int)
            },
            residuals,
        )
        self.assertIn(self.invoices[0].name, html)
        numbers = [
            round(cell, 2)
            for row in rows
            for cell in row
            if isinstance(cell, float | int)
        ]
        for amount in residuals.values():
            self.assertIn(round(amount, 2), numbers)

    def test_aged_partners_owe_what_is_not_reconciled(self):
        residuals = self.residuals(MARCH[1])
        page, html, rows = self.report(
            "aged.partner.balance.report.wizard",
            "aged_partner_balance",
            date_at=MARCH[1],
            account_ids=[Command.set(residuals)],
        )
        aged = {account["id"]: account for account in page["aged_partner_balance"]}
        self.assertSums(
            {key: account["residual"] for key, account in aged.items()}, residuals
        )
        ages = ("current", "30_days", "60_days", "90_days", "120_days", "older")
        self.assertSums(
            {key: sum(account[age] for age in ages) for key, account in aged.items()},
            residuals,
        )
        self.assertTrue(aged[self.receivable.id]["older"])
        self.assertIn(self.partner.name, html)
        numbers = [
            round(cell, 2)
            for row in rows
            for cell in row
            if isinstance(cell, float | int)
        ]
        for amount in residuals.values():
            self.assertIn(round(amount, 2), numbers)

    def test_vat_report_is_the_sum_of_tax_items(self):
        page, html, rows = self.report(
            "vat.report.wizard",
            "vat_report",
            date_from=MARCH[0],
            date_to=MARCH[1],
            based_on="taxgroups",
            tax_detail=True,
        )
        taxes = {
            tax["id"]: tax for group in page["vat_report"] for tax in group["taxes"]
        }
        sums = self.sums(self.mine, *MARCH, by="tax_line_id")
        sums.pop(None)
        self.assertSums({key: tax["tax"] for key, tax in taxes.items()}, sums)
        self.assertAlmostEqual(taxes[self.tax.id]["net"], -200)
        self.assertIn(self.tax.name, html)
        numbers = [
            round(cell, 2)
            for row in rows
            for cell in row
            if isinstance(cell, float | int)
        ]
        self.assertIn(round(sums[self.tax.id], 2), numbers)
        self.assertIn(-200.0, numbers)

    def test_finance_finds_all_reports_in_the_menu_and_customer_service_none(self):
        menus = self.env.ref("acorn_finance.accounting_reports_menu").child_id
        actions = {menu.action.res_model for menu in menus}
        self.assertLessEqual(
            {
                "acorn.statement",
                "acorn.tax.report",
                "general.ledger.report.wizard",
                "trial.balance.report.wizard",
                "open.items.report.wizard",
                "aged.partner.balance.report.wizard",
                "vat.report.wizard",
            },
            actions,
        )
        for user in (self.reader, self.accountant):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertLessEqual(set(menus.ids), set(visible))
        clerk = self.env["res.users"].create(
            {
                "name": "Clerk",
                "login": "clerk of reports",
                "group_ids": [Command.set(self.env.ref("acorn_base.group_user").ids)],
            }
        )
        visible = self.env["ir.ui.menu"].with_user(clerk)._visible_menu_ids()
        self.assertFalse(set(menus.ids) & set(visible))
