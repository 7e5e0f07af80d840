from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.acorn_base.tests.dummy import DummyChannel

from .. import chart_accounts
from .common import FEES, FinanceCase

CHARTS = ("generic_coa", "uk", "de_skr03", "de_skr04", "jp", "cn", "cn_large_bis")


@tagged("post_install", "-at_install")
class TestFeeMap(FinanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.companies, cls.before = {}, {}
        for chart in CHARTS:  # they take seconds, so all tests share them
            company = cls.make_company(chart)
            cls.companies[chart] = company
            cls.before[chart] = cls.accounts(company)
            cls.env["acorn.fee.rule"]._ensure(company, "dummy")

    @classmethod
    def make_company(cls, chart):
        company = cls.env["res.company"].create({"name": f"Books {chart}"})
        templates = cls.env["account.chart.template"]
        templates.try_loading(chart, company, install_demo=False)
        return company

    @classmethod
    def accounts(cls, company):
        Account = cls.env["account.account"].with_company(company)
        return Account.search([("company_ids", "=", company.id)])

    def forget_accounts(self, company):
        """Let a company be as it was before its accounts were made."""
        domain = [("company_id", "=", company.id)]
        self.env["acorn.fee.rule"].with_context(active_test=False).search(
            domain
        ).unlink()
        rows = self.env["acorn.nature.account"].search(domain)
        made = rows.account_id - self.before[company.name.removeprefix("Books ")]
        rows.unlink()
        made.unlink()

    def rules(self, company=None):
        return self.env["acorn.fee.rule"].search(
            [("company_id", "=", (company or self.company).id)]
        )

    def rule(self, description):
        return self.rules().filtered(lambda rule: rule.description == description)[:1]

    def ensure(self, company=None):
        Rule = self.env["acorn.fee.rule"]
        return Rule._ensure(company or self.company, "dummy")

    def test_in_every_chart_no_nature_lacks_an_account(self):
        for chart, company in self.companies.items():
            with self.subTest(chart):
                rows = self.env["acorn.nature.account"].search(
                    [("company_id", "=", company.id)]
                )
                names = [code for code, _name in rows._get_natures()]
                self.assertEqual(set(rows.mapped("nature")), set(names))
                self.assertEqual(rows.account_id.company_ids, company)
                rules = self.rules(company)
                self.assertEqual(len(rules), len(FEES))
                self.assertEqual(rules.account_id.company_ids, company)
                self.assertTrue(all(rule.account_id for rule in rules))

    def test_what_a_chart_has_is_used_and_the_rest_gets_its_planned_number(self):
        for chart, company in self.companies.items():
            rows = self.env["acorn.nature.account"]._of(company)
            for nature, planned in chart_accounts.accounts_of(chart).items():
                with self.subTest(chart, nature=nature):
                    account = rows[nature].account_id.with_company(company)
                    self.assertEqual(account.code, planned.number)
                    self.assertEqual(account in self.before[chart], planned.known)
                    self.assertEqual(
                        account.account_type.split("_")[0],
                        planned.account_type.split("_")[0],
                    )
                    self.assertGreaterEqual(account.reconcile, planned.reconcile)

    def test_created_accounts_stand_in_the_reports_of_their_like(self):
        rows = self.env["acorn.nature.account"]._of(self.companies["de_skr03"])
        storage, like = rows["storage"].account_id, rows["fulfilment"].account_id
        self.assertTrue(storage.tag_ids)
        self.assertEqual(storage.tag_ids, like.tag_ids)

    def test_a_number_that_is_taken_is_not_used_twice(self):
        company = self.companies["uk"]
        self.forget_accounts(company)
        planned = chart_accounts.accounts_of("uk")["storage"].number
        mine = self.accounts(company).create(
            {
                "code": planned,
                "name": "Mine",
                "account_type": "expense",
                "company_ids": company.ids,
            }
        )
        self.env["acorn.nature.account"]._ensure(company)
        rows = self.env["acorn.nature.account"]._of(company)
        self.assertNotIn(mine, [row.account_id for row in rows.values()])
        codes = [row.account_id.with_company(company).code for row in rows.values()]
        self.assertNotIn(planned, codes)

    def test_two_companies_have_accounts_of_their_own_with_the_same_names(self):
        one, two = self.company, self.companies["generic_coa"]
        ones, twos = self.rules(one).account_id, self.rules(two).account_id
        self.assertFalse(ones & twos)
        self.assertEqual(sorted(ones.mapped("name")), sorted(twos.mapped("name")))

    def test_other_charts_get_numbers_in_their_own_length(self):
        company = self.companies["generic_coa"]
        self.forget_accounts(company)
        numbers = {"other": chart_accounts._NUMBERS["de_skr03"]}
        with (
            patch.object(chart_accounts, "_NUMBERS", numbers),
            patch.object(chart_accounts, "OTHER_CHARTS", "other"),
        ):
            self.env["acorn.nature.account"]._ensure(company)
        rows = self.env["acorn.nature.account"]._of(company)
        codes = {row.account_id.with_company(company).code for row in rows.values()}
        self.assertEqual({len(code) for code in codes}, {6})

    def test_without_a_chart_there_is_a_map_that_is_completed_later(self):
        company = self.env["res.company"].create({"name": "No books"})
        self.assertEqual(len(self.ensure(company)), len(FEES))
        self.assertFalse(self.rules(company).account_id)
        self.env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )
        self.assertFalse(self.ensure(company), "nothing is new")
        self.assertTrue(all(rule.account_id for rule in self.rules(company)))

    def test_a_rule_of_another_company_fits_nothing_here_any_more(self):
        settlement = self.env["acorn.settlement"]._acorn_apply(
            self.shop,
            self.settlement(("Order", "ItemFees", "Commission", "-1.00")),
        )
        rule = settlement.line_ids.rule_id
        other = self.env["res.company"].create({"name": "Other"})
        rule.write({"company_id": other.id, "account_id": False, "tax_id": False})
        self.assertFalse(settlement.line_ids.rule_id)
        self.assertEqual(settlement.unknown_count, 1)

    def test_delivering_again_changes_nothing_that_a_person_changed(self):
        other = self.env["account.account"].create(
            {"code": "659999", "name": "Other", "account_type": "expense"}
        )
        commission, storage = self.rule("Commission"), self.rule("Storage Fee")
        commission.account_id = other
        storage.active = False
        self.assertFalse(self.ensure())
        self.assertEqual(commission.account_id, other)
        self.assertFalse(storage.active)

    def test_new_words_of_the_channel_come_with_the_next_delivery(self):
        words = (*FEES, FEES[0].__class__("Order", "ItemFees", "NewFee", "other_fee"))
        with patch.object(DummyChannel, "fees", words):
            self.assertEqual(self.ensure().description, "NewFee")

    def test_a_channel_without_words_has_an_empty_map(self):
        company = self.companies["generic_coa"]
        self.rules(company).unlink()
        with patch.object(DummyChannel, "fees", ()):
            self.assertFalse(self.ensure(company))

    def test_words_are_in_the_map_once_whatever_their_case(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.rule("Commission").copy({"description": "COMMISSION"})

    def test_a_rule_begins_with_the_account_of_its_nature(self):
        accountant = new_test_user(
            self.env, "mapper", "account.group_account_user", tz="UTC"
        )
        rule = (
            self.env["acorn.fee.rule"]
            .with_user(accountant)
            .create(
                {
                    "channel": "dummy",
                    "transaction_type": "Order",
                    "amount_type": "ItemFees",
                    "description": "Moon Fee",
                    "nature": "storage",
                }
            )
        )
        self.assertEqual(rule.account_id, self.rule("Storage Fee").account_id)
        self.assertEqual(rule.profit_line, "storage")

    def test_vat_on_fees_is_what_is_usual_in_the_country(self):
        for chart, vat, rate in (
            ("generic_coa", "exempt", 0),
            ("uk", "charged", 20),
            ("de_skr03", "charged", 19),
            ("de_skr04", "charged", 19),
            ("jp", "charged", 10),
            ("cn", "exempt", 0),
        ):
            with self.subTest(chart):
                company = self.companies[chart]
                self.assertEqual(company.acorn_fee_vat, vat)
                rules = self.rules(company)
                fees = rules.filtered(lambda rule: rule.nature == "referral")
                sales = rules.filtered(lambda rule: rule.nature == "sale")
                self.assertEqual(sum(fees.tax_id.mapped("amount")), rate)
                self.assertFalse(sales.tax_id)

    def test_the_setting_for_vat_on_fees_changes_the_rules_that_go_by_it(self):
        company = self.companies["de_skr04"]
        fees = self.rules(company).filtered(lambda rule: rule.nature == "referral")
        mine = self.env["account.tax"].search(
            [("company_id", "=", company.id), ("type_tax_use", "=", "purchase")]
        )[-1]
        fees[0].tax_id = mine
        company.acorn_fee_vat = "reversed"
        reverse = company.acorn_fee_tax_id
        lines = reverse.invoice_repartition_line_ids
        factors = set(lines.mapped("factor_percent"))
        self.assertIn(-100, factors, "a tax that is owed and recovered")
        self.assertEqual(fees[0].tax_id, mine)
        self.assertEqual(fees[1:].tax_id, reverse)
        company.acorn_fee_vat = "exempt"
        self.assertFalse(fees[1:].tax_id)

    def test_fees_whose_vat_has_rows_of_its_own_are_known(self):
        word = FEES[0].__class__
        words = (
            word("*", "FBA Storage Fee", "*", "storage"),
            word("*", "FBA Storage Fee", "Tax on fee", "fee_tax"),
        )
        company = self.companies["uk"]
        with patch.object(DummyChannel, "fees", words):
            storage, tax = self.ensure(company)
        self.assertTrue(storage.tax_beside)
        self.assertFalse(tax.tax_beside)
        self.assertEqual(tax.tax_id, company.acorn_fee_tax_id)
