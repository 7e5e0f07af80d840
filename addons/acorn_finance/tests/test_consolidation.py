"""A group of three companies (USD, EUR, CNY) and two sales between them.

Worked out by hand, January and February 2026; one EUR is 1.10 USD in January, 1.20 in
February and 1.15 at the end, one CNY 0.14, 0.15 and 0.145:

* HQ sells 1,000 USD outside in January, and in February 200 USD to Germany; it buys
  from China for 150 USD (1,000 CNY).
* Germany buys that for 180 EUR, and sells 500 EUR outside in February.
* China spends 600 CNY in January and sells 1,000 CNY to HQ in February.

Sales: 1,000 + 500 × 1.20 = 1,600. Cost: 600 × 0.14 = 84, and of Germany's 180 × 1.20 =
216 the 200 from HQ are taken out: 16. Profit 1,500. Germany's translation difference is
500 × (1.20 − 1.15) − 180 × (1.20 − 1.15) = 16, China's 600 × (0.14 − 0.145) + 1,000 ×
(0.15 − 0.145) … = 8. Debts: 207 against 200, and 150 against 145: 12 in all.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from ..consolidate import Balance, consolidate

RATES = {
    ("EUR", "2026-01-01"): 1.10,
    ("EUR", "2026-02-01"): 1.20,
    ("EUR", False): 1.15,
    ("CNY", "2026-01-01"): 0.14,
    ("CNY", "2026-02-01"): 0.15,
    ("CNY", False): 0.145,
}
EXPECTED = {
    "income": -1600,
    "expense_direct_cost": 100,
    "asset_receivable": 1000,
    "liability_payable": 0,
    "asset_cash": 488,
    "equity": 24,
    "asset_current": -12,
}
amounts = st.decimals(-10000, 10000, places=2)
kinds = st.sampled_from(["income", "asset_receivable", "asset_cash", "equity"])


@tagged("post_install", "-at_install")
class TestConsolidateArithmetic(TransactionCase):
    @given(st.lists(st.tuples(kinds, amounts, st.integers(0, 3)), max_size=8))
    def test_whatever_the_books_the_group_adds_up_to_nil(self, rows):
        rates = {("EUR", None): Decimal("1.1501"), ("EUR", "m"): Decimal("1.0733")}
        balances = [
            Balance(2, "EUR", kind, amount, month="m", partner=partner)
            if kind == "income"
            else Balance(2, "EUR", kind, amount, partner=partner)
            for kind, amount, partner in rows
        ]
        rest = -sum((b.amount for b in balances), Decimal(0))
        lines = consolidate([*balances, Balance(2, "EUR", "equity", rest)], rates)
        self.assertEqual(sum(line.amount for line in lines), 0)

    def test_what_is_sold_within_the_group_is_no_sale_of_the_group(self):
        rates = {("USD", None): Decimal(1), ("USD", "m"): Decimal(1)}
        lines = consolidate(
            [
                Balance(1, "USD", "income", Decimal(-70), month="m", partner=2),
                Balance(1, "USD", "asset_receivable", Decimal(70), partner=2),
                Balance(2, "USD", "expense", Decimal(70), month="m", partner=1),
                Balance(2, "USD", "liability_payable", Decimal(-70), partner=1),
            ],
            rates,
        )
        total = defaultdict(Decimal)
        for line in lines:
            total[line.account_type.split("_")[0]] += line.amount
        self.assertFalse(any(total.values()), total)


@tagged("post_install", "-at_install")
class TestConsolidation(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hq = cls.make_company("HQ", "USD")
        cls.de = cls.make_company("Germany", "EUR", cls.hq)
        cls.cn = cls.make_company("China", "CNY", cls.hq)
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.companies = cls.hq | cls.de | cls.cn
        cls.book(cls.hq, "2026-01-10", {"asset_receivable": 1000, "income": -1000})
        cls.invoice(cls.hq, "out_invoice", cls.de, 200)
        cls.invoice(cls.hq, "in_invoice", cls.cn, 150)
        cls.invoice(cls.de, "in_invoice", cls.hq, 180)
        cls.book(cls.de, "2026-02-10", {"asset_cash": 500, "income": -500})
        cls.book(cls.cn, "2026-01-20", {"asset_cash": -600, "expense_direct_cost": 600})
        cls.invoice(cls.cn, "out_invoice", cls.hq, 1000)
        cls.person = new_test_user(
            cls.env,
            "group.accountant",
            "account.group_account_user",
            company_id=cls.hq.id,
            company_ids=[Command.set(cls.companies.ids)],
        )

    @classmethod
    def make_company(cls, name, currency, superior=None):
        currency = cls.env["res.currency"]._acorn_get(currency)
        company = (
            cls.env["res.company"]
            .with_context(install_mode=True)
            .create(
                {
                    "name": name,
                    "currency_id": currency.id,
                    "country_id": cls.env.ref("base.us").id,
                    "acorn_superior_id": superior and superior.id,
                }
            )
        )
        cls.env["account.chart.template"].try_loading("generic_coa", company, False)
        company.currency_id = currency
        return company

    @classmethod
    def account(cls, company, account_type):
        return (
            cls.env["account.account"]
            .with_company(company)
            .search(
                [
                    ("account_type", "=", account_type),
                    ("company_ids", "in", company.ids),
                ],
                limit=1,
            )
        )

    @classmethod
    def book(cls, company, day, amounts):
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "date": day,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": cls.account(company, kind).id,
                                "balance": amount,
                                "partner_id": cls.customer.id,
                            }
                        )
                        for kind, amount in amounts.items()
                    ],
                }
            )
        )
        move.action_post()

    @classmethod
    def invoice(cls, company, move_type, other, amount):
        kind = "income" if move_type == "out_invoice" else "expense_direct_cost"
        line = {
            "name": "Goods",
            "price_unit": amount,
            "tax_ids": [Command.clear()],
            "account_id": cls.account(company, kind).id,
        }
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": other.partner_id.id,
                    "invoice_date": "2026-02-15",
                    "date": "2026-02-15",
                    "currency_id": company.currency_id.id,
                    "invoice_line_ids": [Command.create(line)],
                }
            )
        )
        move.action_post()
        return move

    def consolidation(self, **values):
        env = self.env(
            user=self.person, context={"allowed_company_ids": self.companies.ids}
        )
        return env["acorn.consolidation"].create(
            {
                "company_id": self.hq.id,
                "currency_id": self.hq.currency_id.id,
                "date_from": "2026-01-01",
                "date_to": "2026-02-28",
                "rate_ids": [
                    Command.create(
                        {
                            "currency_id": self.env["res.currency"]._acorn_get(c).id,
                            "month": month,
                            "rate": rate,
                        }
                    )
                    for (c, month), rate in RATES.items()
                ],
                **values,
            }
        )

    def figures(self, consolidation):
        return {
            kind: round(amount, 2)
            for kind, amount in consolidation.env[
                "acorn.consolidation.line"
            ]._read_group(
                [("consolidation_id", "=", consolidation.id)],
                ["account_type"],
                ["amount:sum"],
            )
        }

    def test_the_group_equals_figures_worked_out_by_hand(self):
        consolidation = self.consolidation()
        consolidation.action_compute()
        self.assertEqual(self.figures(consolidation), EXPECTED)
        self.assertEqual(consolidation.profit, 1500)
        self.assertEqual(consolidation.internal_sales, 350)
        differences = {
            line.company_id: line.amount
            for line in consolidation.line_ids
            if line.kind == "translation"
        }
        self.assertEqual(differences, {self.de: 16, self.cn: 8})

    def test_computed_twice_it_is_the_same_and_adjustments_stay(self):
        consolidation = self.consolidation()
        consolidation.action_compute()
        for kind, amount in (("expense_direct_cost", 30), ("asset_current", -30)):
            consolidation.line_ids.create(
                {
                    "consolidation_id": consolidation.id,
                    "company_id": self.de.id,
                    "account_type": kind,
                    "amount": amount,
                    "note": "Profit in Germany's stock",
                }
            )
        consolidation.action_compute()
        wanted = EXPECTED | {"expense_direct_cost": 130, "asset_current": -42}
        self.assertEqual(self.figures(consolidation), wanted)

    def test_adjustments_that_do_not_add_up_are_refused(self):
        consolidation = self.consolidation()
        consolidation.line_ids.create(
            {
                "consolidation_id": consolidation.id,
                "company_id": self.de.id,
                "account_type": "income",
                "amount": 5,
            }
        )
        with self.assertRaisesRegex(UserError, "add up to nil"):
            consolidation.action_compute()

    def test_a_branch_alone_is_itself(self):
        consolidation = self.consolidation(
            company_id=self.de.id, currency_id=self.de.currency_id.id
        )
        consolidation.action_compute()
        self.assertEqual(consolidation.company_ids, self.de)
        self.assertEqual(consolidation.profit, 320)
        self.assertFalse(consolidation.internal_sales)

    def test_a_rate_that_is_missing_is_named(self):
        consolidation = self.consolidation()
        consolidation.rate_ids.filtered(
            lambda rate: rate.currency_id.name == "CNY" and not rate.month
        ).rate = 0
        with self.assertRaisesRegex(UserError, "CNY at the end"):
            consolidation.action_compute()

    def test_rates_are_proposed_from_those_of_odoo(self):
        consolidation = self.consolidation(rate_ids=[])
        eur = self.de.currency_id
        self.env["res.currency.rate"].create(
            [
                {
                    "name": day,
                    "currency_id": eur.id,
                    "company_id": self.hq.id,
                    "inverse_company_rate": rate,
                }
                for day, rate in (
                    ("2025-12-31", 1.0),
                    ("2026-01-17", 2.0),
                    ("2026-02-20", 1.5),
                )
            ]
        )
        consolidation.with_company(self.hq).action_propose_rates()
        found = {
            rate.month and rate.month.isoformat(): rate.rate
            for rate in consolidation.rate_ids
            if rate.currency_id == eur
        }
        # 16 days at 1.0 and 15 at 2.0.
        self.assertAlmostEqual(found["2026-01-01"], 46 / 31, 6)
        self.assertAlmostEqual(found[False], 1.5, 6)

    def test_who_lacks_a_company_neither_computes_nor_reads(self):
        consolidation = self.consolidation()
        consolidation.action_compute()
        other = new_test_user(
            self.env,
            "branch.accountant",
            "account.group_account_user",
            company_id=self.hq.id,
            company_ids=[Command.set((self.hq | self.de).ids)],
        )
        context = {"allowed_company_ids": (self.hq | self.de).ids}
        theirs = self.env(user=other, context=context)["acorn.consolidation"]
        self.assertFalse(theirs.search([]))
        with self.assertRaises(AccessError):
            theirs.browse(consolidation.id).line_ids.mapped("amount")
        one = consolidation.with_context(allowed_company_ids=self.hq.ids)
        with self.assertRaises(AccessError):
            one.action_compute()

    def test_figures_are_not_written_and_do_not_outlive_another_period(self):
        consolidation = self.consolidation()
        consolidation.action_compute()
        with self.assertRaisesRegex(UserError, "computed"):
            consolidation.line_ids[0].amount = 1
        with self.assertRaisesRegex(UserError, "computed"):
            consolidation.line_ids[0].unlink()
        consolidation.date_to = date(2026, 1, 31)
        self.assertFalse(consolidation.line_ids)
        self.assertEqual(consolidation.state, "draft")

    def test_invoices_and_orders_within_the_group_are_marked(self):
        Move = self.env["account.move"].with_context(
            allowed_company_ids=self.companies.ids
        )
        mine = [("company_id", "in", self.companies.ids)]
        internal = Move.search([*mine, ("acorn_internal", "=", True)])
        self.assertEqual(len(internal), 4)
        self.assertTrue(all(internal.mapped("acorn_internal")))
        others = Move.search([*mine, ("acorn_internal", "=", False)])
        self.assertEqual(len(others), 3)
        order = self.env["sale.order"].create(
            {"partner_id": self.de.partner_id.id, "company_id": self.hq.id}
        )
        self.assertTrue(order.acorn_internal)
        order.partner_id = self.customer
        self.assertFalse(order.acorn_internal)
