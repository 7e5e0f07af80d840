from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .ledger import MARCH, LedgerCase


@tagged("post_install", "-at_install")
class TestTaxReport(LedgerCase):
    """Taxes by country, rate and regime are the sum of the journal items."""

    charts = {"Steuer GmbH": ("de_skr03", "de")}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.companies
        cls.company.vat = "DE136695976"
        cls.shop = cls.make_shop(cls.company)
        cls.site = cls.env["acorn.site"].create(
            [
                {
                    "name": f"Site {code}",
                    "code": code,
                    "channel_ref": code,
                    "shop_id": cls.shop.id,
                    "currency_id": cls.company.currency_id.id,
                    "tax_mode": mode,
                }
                for code, mode in (("DE", "rows"), ("GB", "channel"))
            ]
        )
        cls.german, cls.british = cls.site
        cls.france, cls.poland = cls.env.ref("base.fr"), cls.env.ref("base.pl")
        cls.sale = cls.tax_of("sale", 19.0)

    @classmethod
    def tax_of(cls, direction, rate, **domain):
        return cls.env["account.tax"].search(
            [
                ("company_id", "=", cls.company.id),
                ("type_tax_use", "=", direction),
                ("amount", "=", rate),
                ("l10n_de_datev_code", "!=", False),
            ],
            limit=1,
        )

    def make_tax(self, name, rate, country, **position):
        position = self.env["account.fiscal.position"].create(
            {
                "name": name,
                "country_id": country.id,
                "company_id": self.company.id,
                **position,
            }
        )
        return self.sale.copy(
            {
                "name": name,
                "amount": rate,
                "fiscal_position_ids": [Command.set(position.ids)],
            }
        )

    def sell(self, tax, net, shop=None, site=None, **values):
        """Post what a settlement does: a sale, its tax, the money."""
        rep = tax.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        )[:1]
        amount = self.company.currency_id.round(net * tax.amount / 100)
        base = {"tax_ids": [Command.set(tax.ids)], "acorn_site_id": site and site.id}
        taxed = {"tax_repartition_line_id": rep.id, "acorn_site_id": site and site.id}
        income = self.account(self.company, "income")
        rows = [(income, -net, base), ("asset_current", net + amount)]
        if amount:
            account = rep.account_id or self.account(self.company, "liability_current")
            rows.append((account, -amount, taxed))
        return self.entry(self.company, MARCH[0], *rows, shop=shop or self.shop)

    def rows(self, **domain):
        with self.as_user(self.reader) as env:
            groups = env["acorn.tax.report"]._read_group(
                [("date", ">=", MARCH[0]), ("date", "<=", MARCH[1])]
                + [(key, "=", value) for key, value in domain.items()],
                ["country_id", "regime", "rate"],
                ["base:sum", "tax:sum"],
            )
        return {
            (country.code, regime, rate): (round(base, 2), round(tax, 2))
            for country, regime, rate, base, tax in groups
        }

    def test_sales_stand_by_country_rate_and_regime(self):
        oss = self.make_tax("20% FR", 20, self.france)
        abroad = self.make_tax("23% PL", 23, self.poland, foreign_vat="PL1234567883")
        zero = self.sale.copy({"name": "0% export", "amount": 0})
        self.sell(self.sale, 100)
        self.sell(self.sale, 11.11)
        self.sell(oss, 50)
        self.sell(abroad, 10)
        self.sell(zero, 7)
        self.assertEqual(
            self.rows(direction="sale"),
            {
                ("DE", "domestic", "19 %"): (111.11, 21.11),
                ("FR", "oss", "20 %"): (50, 10),
                ("PL", "abroad", "23 %"): (10, 2.3),
                ("DE", "exempt", "0 %"): (7, 0),
            },
        )

    def test_reverse_charge_is_nil_in_sum_and_its_base_is_told(self):
        reverse = (
            self.env["account.tax"]
            .search(
                [
                    ("company_id", "=", self.company.id),
                    ("type_tax_use", "=", "purchase"),
                    ("amount", "=", 19),
                ]
            )
            .filtered("has_negative_factor")[:1]
        )
        bill = self.env["account.move"].with_company(self.company)
        bill.create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner.id,
                "invoice_date": MARCH[0],
                "date": MARCH[0],
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Fees",
                            "price_unit": 300,
                            "account_id": self.account(self.company, "expense").id,
                            "tax_ids": [Command.set(reverse.ids)],
                        }
                    )
                ],
            }
        ).action_post()
        self.assertEqual(
            self.rows(direction="purchase"), {("DE", "reverse", "19 %"): (300, 0)}
        )

    def test_where_the_channel_is_liable_both_sides_of_the_tax_are_nil(self):
        here = {"acorn_site_id": self.british.id}
        self.entry(
            self.company,
            MARCH[0],
            ("income", -80, here),
            ("liability_current", -16, here | {"acorn_nature": "tax_collected"}),
            ("liability_current", 16, here | {"acorn_nature": "tax_withheld"}),
            ("asset_current", 80, here),
            shop=self.shop,
        )
        self.assertEqual(self.rows(), {("GB", "channel", False): (80, 0)})
        self.assertEqual(
            self.rows(nature="tax_collected"), {("GB", "channel", False): (0, 16)}
        )

    def test_every_tax_item_and_all_income_stand_in_the_report_once(self):
        self.sell(self.sale, 100)
        self.sell(self.make_tax("20% FR", 20, self.france), 50)
        self.entry(self.company, MARCH[0], ("income", -9), ("asset_current", 9))
        rows = self.rows()
        self.assertIn((None, "none", False), {(k[0] or None, *k[1:]) for k in rows})
        income = self.sums(self.company, *MARCH, by="account_type")["income"]
        taxes = self.sums(self.company, *MARCH, by="tax_line_id")
        taxes.pop(None)
        self.assertAlmostEqual(sum(base for base, _tax in rows.values()), -income)
        self.assertAlmostEqual(
            sum(tax for _base, tax in rows.values()), -sum(taxes.values())
        )

    def test_people_correct_the_guess_of_a_regime(self):
        self.sell(self.sale, 100)
        self.sale.write({"acorn_regime": "ioss", "acorn_country_id": self.france.id})
        self.assertEqual(self.rows(), {("FR", "ioss", "19 %"): (100, 19)})

    def test_it_is_told_apart_by_shop_and_by_site(self):
        other = self.make_shop(self.company, "Other")
        self.sell(self.sale, 100, site=self.german)
        self.sell(self.sale, 10, shop=other)
        self.assertEqual(
            self.rows(shop_id=other.id), {("DE", "domestic", "19 %"): (10, 1.9)}
        )
        self.assertEqual(
            self.rows(site_id=self.german.id), {("DE", "domestic", "19 %"): (100, 19)}
        )

    def test_who_keeps_no_books_sees_no_taxes(self):
        clerk = new_test_user(self.env, "tax clerk", groups="acorn_base.group_user")
        with self.assertRaises(AccessError):
            self.env["acorn.tax.report"].with_user(clerk).search([])
