from datetime import date
from io import BytesIO

from openpyxl import load_workbook

from odoo.exceptions import UserError
from odoo.tests import tagged

from .ledger import MARCH, YEAR, LedgerCase

RESULT = (
    "income",
    "income_other",
    "expense",
    "expense_other",
    "expense_depreciation",
    "expense_direct_cost",
)


@tagged("post_install", "-at_install")
class TestStatements(LedgerCase):
    """Profit and loss, balance sheet and cash flow equal the journal items."""

    charts = {"Kaufhaus GmbH": ("de_skr04", "de"), "Shoten KK": ("jp", "jp")}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.german, cls.japanese = cls.companies
        cls.japanese.acorn_superior_id = cls.german
        cls.shop = cls.make_shop(cls.german)
        cls.fill(cls.german, date(2025, 7, 1), factor=3)
        cls.fill(cls.german, date(2026, 2, 2))
        cls.fill(cls.german, date(2026, 3, 3), factor=2, shop=cls.shop)
        cls.fill(cls.german, date(2026, 4, 4), factor=5)
        cls.fill(cls.japanese, date(2026, 3, 5), factor=100)
        cls.entry(
            cls.german, date(2026, 3, 9), ("income", -5), ("asset_cash", 5), post=False
        )

    def wizard(self, report, companies=None, user=None, **values):
        companies = companies or self.german
        with self.as_user(user or self.reader) as env:
            return env["acorn.statement"].create(
                {
                    "report_id": env.ref(f"acorn_finance.mis_{report}").id,
                    "unit_id": companies[0].id,
                    "below": len(companies) > 1,
                    "date_from": MARCH[0],
                    "date_to": MARCH[1],
                    **values,
                }
            )

    def figures(self, report, *args, **values):
        """Return {name of the line: figure} of the last column."""
        return self.all_figures(report, *args, **values)[-1]

    def all_figures(self, report, *args, **values):
        instance = self.wizard(report, *args, **values)._make_instance()
        return self.columns_of(instance)

    def columns_of(self, instance):
        matrix = instance._compute_matrix()
        columns = [{} for _column in instance.period_ids]
        for row in matrix.iter_rows():
            if row.account_id:
                continue
            for column, cell in zip(columns, row.iter_cells(), strict=True):
                column[row.kpi.name] = (cell.val if cell else None) or 0.0
        return columns

    def assertFigures(self, figures, expected):
        for name, value in expected.items():
            self.assertAlmostEqual(figures[name], value, 2, name)

    def test_profit_and_loss_is_the_sum_of_journal_items(self):
        for companies, shops in (
            (self.german, None),
            (self.german, self.shop),
            (self.japanese, None),
        ):
            by_type = self.sums(companies, *MARCH, shops=shops, by="account_type")
            figures = self.figures(
                "profit_and_loss", companies, shop_ids=shops.ids if shops else []
            )
            self.assertFigures(
                figures,
                {
                    "income": -by_type["income"],
                    "direct_cost": -by_type["expense_direct_cost"],
                    "expense": -by_type["expense"],
                    "depreciation": -by_type["expense_depreciation"],
                    "other_income": -by_type["income_other"],
                    "other_expense": -by_type["expense_other"],
                    "net_profit": -sum(by_type[kind] for kind in RESULT),
                },
            )
            self.assertTrue(figures["net_profit"])

    def test_balance_sheet_is_the_sum_of_journal_items_and_balances(self):
        for companies, shops in (
            (self.german, None),
            (self.german, self.shop),
            (self.japanese, None),
        ):
            sums = {
                period: self.sums(companies, *days, shops=shops, by="account_type")
                for period, days in (
                    ("ever", (None, MARCH[1])),
                    ("year", (YEAR[0], MARCH[1])),
                )
            }
            ever, year = sums["ever"], sums["year"]
            figures = self.figures(
                "balance_sheet", companies, shop_ids=shops.ids if shops else []
            )
            self.assertFigures(
                figures,
                {
                    "cash": ever["asset_cash"],
                    "receivable": ever["asset_receivable"],
                    "fixed_assets": ever["asset_fixed"],
                    "payable": -ever["liability_payable"],
                    "credit_card": -ever["liability_credit_card"],
                    "assets": sum(v for k, v in ever.items() if k.startswith("asset")),
                    "liabilities": -sum(
                        v for k, v in ever.items() if k.startswith("liability")
                    ),
                    "year_earnings": -sum(year[kind] for kind in RESULT),
                    "earlier_earnings": sum(year[kind] for kind in RESULT)
                    - sum(ever[kind] for kind in RESULT),
                    "difference": 0.0,
                },
            )
            self.assertTrue(figures["assets"])

    def test_cash_flow_ends_with_the_money_in_the_bank(self):
        for companies, shops in (
            (self.german, None),
            (self.german, self.shop),
            (self.japanese, None),
        ):
            before, after = (
                self.sums(companies, None, day, shops=shops, by="account_type").get(
                    "asset_cash", 0
                )
                for day in (date(2026, 2, 28), MARCH[1])
            )
            month = self.sums(companies, *MARCH, shops=shops, by="account_type")
            self.assertFigures(
                self.figures(
                    "cash_flow", companies, shop_ids=shops.ids if shops else []
                ),
                {
                    "opening": before,
                    "closing": after,
                    "change": after - before,
                    "net_profit": -sum(month[kind] for kind in RESULT),
                    "investing": -month["asset_fixed"]
                    - month["asset_non_current"]
                    - month["expense_depreciation"],
                    "financing": -month["liability_non_current"] - month["equity"],
                    "difference": 0.0,
                },
            )

    def test_a_unit_is_all_companies_below_it_in_one_currency(self):
        euro, yen = self.german.currency_id, self.japanese.currency_id
        self.env["res.currency.rate"].create(
            {
                "name": "2026-03-01",
                "currency_id": yen.id,
                "company_id": self.german.id,
                "rate": 160
                * self.env["res.currency"]._get_conversion_rate(
                    self.german.currency_id, euro, self.german, MARCH[1]
                ),
            }
        )
        rate = yen._get_conversion_rate(yen, euro, self.german, MARCH[1])
        parts = [
            self.sums(company, *MARCH, by="account_type")
            for company in (self.german, self.japanese)
        ]
        figures = self.figures("profit_and_loss", self.companies)
        self.assertFigures(
            figures, {"income": -parts[0]["income"] - parts[1]["income"] * rate}
        )

    def test_units_that_are_not_chosen_are_named_and_left_out(self):
        wizard = self.wizard("profit_and_loss", self.companies)
        chosen = wizard.with_context(allowed_company_ids=self.german.ids)
        chosen.invalidate_recordset(["company_ids", "left_out"])
        self.assertEqual(chosen.company_ids, self.german)
        self.assertEqual(chosen.left_out, self.japanese.name)

    def test_every_type_of_account_stands_once_in_every_statement(self):
        kinds = dict(self.env["account.account"]._fields["account_type"].selection)
        kinds.pop("off_balance")
        for report, wanted in (
            ("profit_and_loss", RESULT),
            ("balance_sheet", kinds),
            ("cash_flow", kinds),
        ):
            expressions = [
                kpi.expression
                for kpi in self.env.ref(f"acorn_finance.mis_{report}").kpi_ids
                # said a second time, with the other sign, and taken back below
                if (report, kpi.name) != ("cash_flow", "depreciation")
                and "balu[" not in kpi.expression
                and "bali[" not in kpi.expression
            ]
            for kind in wanted:
                found = [text for text in expressions if f"'{kind}'" in text]
                self.assertEqual(len(found), 1, f"{kind} in {report}: {found}")

    def test_months_stand_beside_each_other(self):
        columns = self.all_figures(
            "profit_and_loss",
            date_from=YEAR[0],
            date_to=date(2026, 4, 15),
            columns="month",
        )
        self.assertEqual(len(columns), 4)
        for column, month in zip(columns, (1, 2, 3, 4), strict=True):
            sums = self.sums(
                self.german,
                date(2026, month, 1),
                date(2026, month, 28),
                by="account_type",
            )
            self.assertAlmostEqual(column["income"], -sums.get("income", 0))

    def test_shops_stand_beside_each_other_and_all_entries_at_the_end(self):
        other = self.make_shop(self.german, "Other")
        self.entry(self.german, MARCH[0], ("income", -3), ("asset_cash", 3), shop=other)
        columns = self.all_figures("profit_and_loss", columns="shop")
        expected = [
            -self.sums(self.german, *MARCH, shops=shops, by="account_type")["income"]
            for shops in (other, self.shop, None)
        ]
        self.assertCountEqual(
            [round(column["income"], 2) for column in columns],
            [round(value, 2) for value in expected],
        )
        self.assertAlmostEqual(columns[-1]["income"], expected[-1])

    def test_the_page_knows_which_statement_it_shows(self):
        action = self.wizard("cash_flow").action_open()
        self.assertEqual(action["context"]["active_model"], action["res_model"])
        self.assertEqual(action["context"]["active_id"], action["res_id"])
        self.assertIn("Cash Flow", action["name"])

    def test_more_columns_than_a_page_holds_are_refused(self):
        wizard = self.wizard("cash_flow", date_from=date(2020, 1, 1), columns="month")
        with self.assertRaisesRegex(UserError, "Choose at most"):
            wizard.action_open()

    def test_a_page_and_a_sheet_show_the_same_figures(self):
        wizard = self.wizard("profit_and_loss", user=self.accountant)
        instance = wizard._make_instance()
        net = f"{self.columns_of(instance)[0]['net_profit']:.2f}"
        shown = [
            row["cells"][0]["val_r"]
            for row in instance.compute()["body"]
            if row["label"] == "Net Profit"
        ]
        self.assertEqual([text.replace(",", "") for text in shown], [net])
        report = instance.env.ref("mis_builder.xls_export").with_user(self.accountant)
        content, _kind = report._render_xlsx(
            report.report_name, instance.ids, {"dummy": True}
        )
        sheet = load_workbook(BytesIO(content)).active
        cells = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
        self.assertAlmostEqual(cells["Net Profit"], float(net))
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "mis_builder.report_mis_report_instance", instance.ids
        )
        self.assertIn(b"Net Profit", html)

    def test_customer_service_has_no_statement(self):
        menu = self.env.ref("acorn_finance.accounting_reports_menu")
        allowed = self.env.ref("account.group_account_readonly")
        self.assertIn(allowed, menu.group_ids)
        access = self.env["ir.model.access"].search(
            [("model_id.model", "=", "acorn.statement")]
        )
        self.assertEqual(
            access.group_id,
            allowed | self.env.ref("account.group_account_user"),
        )
