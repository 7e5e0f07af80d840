import zipfile
from base64 import b64decode
from datetime import date
from decimal import Decimal
from io import BytesIO

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .. import datev
from .ledger import MARCH, LedgerCase
from .test_datev import read_back, sums

BUYER = "Zacharias Zuckertüte"


@tagged("post_install", "-at_install")
class TestPackage(LedgerCase):
    """A month of a shop for its accountant, with a batch for DATEV."""

    charts = {"Paket GmbH": ("de_skr03", "de")}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.companies
        cls.company.vat = "DE136695976"
        cls.shop = cls.make_shop(cls.company, "Läden & Co.")
        cls.site = cls.env["acorn.site"].create(
            {
                "name": "Shop.de",
                "code": "DE",
                "channel_ref": "DE",
                "shop_id": cls.shop.id,
                "currency_id": cls.company.currency_id.id,
                "tax_mode": "channel",
            }
        )
        cls.buyer = cls.env["res.partner"].create({"name": BUYER})
        cls.tax = cls.env["account.tax"].search(
            [("company_id", "=", cls.company.id), ("l10n_de_datev_code", "=", "3")],
            limit=1,
        )
        cls.clearing = cls.account(cls.company, "asset_current")
        cls.sales = cls.by_code("8400")
        cls.fees = cls.by_code("4760")
        cls.sell(MARCH[0], 100, 19)
        cls.sell(MARCH[1], 33.33, 6.34)  # a cent more than the rate says
        cls.sell(date(2026, 4, 1), 500, 95)  # not in March
        cls.entry(
            cls.company,
            date(2026, 3, 9),
            (cls.fees, 15.5, {"acorn_profit_line": "referral"}),
            (cls.clearing, -15.5, {"partner_id": cls.buyer.id, "name": BUYER}),
            shop=cls.shop,
            ref=BUYER,
        )
        cls.invoice()
        cls.settlement = cls.env["acorn.settlement"].create(
            {
                "ref": "S-77",
                "shop_id": cls.shop.id,
                "currency_id": cls.company.currency_id.id,
                "date_from": "2026-02-25 00:00:00",
                "date_to": "2026-03-11 00:00:00",
                "total": 12.34,
            }
        )
        cls.company.write(
            {
                "acorn_datev_consultant": 29098,
                "acorn_datev_client": 55003,
                "acorn_ioss": "IM2760000742",
                "acorn_oss_country_id": cls.env.ref("base.de").id,
            }
        )

    @classmethod
    def by_code(cls, code):
        return (
            cls.env["account.account"]
            .with_company(cls.company)
            .search([("code", "=", code), ("company_ids", "in", cls.company.ids)])
        )

    @classmethod
    def sell(cls, day, net, tax):
        rep = cls.tax.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        )
        cls.entry(
            cls.company,
            day,
            (
                cls.sales,
                -net,
                {
                    "tax_ids": [Command.set(cls.tax.ids)],
                    "acorn_site_id": cls.site.id,
                    "acorn_nature": "sale",
                    "acorn_profit_line": "sales",
                },
            ),
            (rep.account_id, -tax, {"tax_repartition_line_id": rep.id}),
            (cls.clearing, net + tax),
            shop=cls.shop,
        )

    @classmethod
    def invoice(cls):
        """An order that is invoiced to its buyer by name."""
        cls.env["account.move"].with_company(cls.company).create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.buyer.id,
                "invoice_date": MARCH[0],
                "date": MARCH[0],
                "acorn_shop_id": cls.shop.id,
                "ref": BUYER,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": f"For {BUYER}",
                            "price_unit": 10,
                            "account_id": cls.sales.id,
                            "tax_ids": [Command.set(cls.tax.ids)],
                        }
                    )
                ],
            }
        ).action_post()

    def package(self, user=None, **values):
        with self.as_user(user or self.accountant) as env:
            return env["acorn.package"].create(
                {"shop_ids": self.shop.ids, "month": "2026-03-15", **values}
            )

    def files(self, **values):
        package = self.package(**values)
        package.action_make()
        archive = zipfile.ZipFile(BytesIO(b64decode(package.file)))
        return {name.split("/")[1]: archive.read(name) for name in archive.namelist()}

    def sheet(self, title, files=None):
        book = load_workbook(BytesIO((files or self.files())["package.xlsx"]))
        return [list(row) for row in book[title].iter_rows(min_row=2, values_only=True)]

    # === DATEV === #

    def test_the_batch_of_a_month_has_the_sums_of_the_journal(self):
        files = self.files()
        [name] = [name for name in files if name.startswith("EXTF_")]
        header, rows = read_back(files[name])
        self.assertEqual(
            header[10:16], ["29098", "55003", "20260101", "4", "20260301", "20260331"]
        )
        self.assertEqual(header[26], "03")
        full = datev.Tax("3", Decimal(19))
        tax_account = self.tax.invoice_repartition_line_ids.account_id
        code = self.codes(tax_account)
        found = sums(rows, {"3": full}, {full: code}, {"8400": full})
        journal = self.sums(self.company, *MARCH, shops=self.shop)
        expected = {}
        for key, balance in journal.items():
            account = self.env["account.account"].browse(key)
            number = self.codes(account)
            if account.account_type == "asset_receivable":
                number = "10000"
            expected[number] = expected.get(number, Decimal(0)) + Decimal(
                f"{balance:.2f}"
            )
        self.assertEqual(found, {k: v for k, v in expected.items() if v})
        self.assertEqual(
            {row["BU-Schlüssel"] for row in rows}, {"", "0040"}, "one tax is a cent off"
        )

    def codes(self, account):
        return account.with_company(self.company).code

    def test_accounts_that_are_too_long_for_datev_are_named(self):
        long = self.clearing.copy({"name": "Long"})
        long.with_company(self.company).code = "1234567"
        rows = (long, 1), (self.clearing, -1)
        self.entry(self.company, MARCH[0], *rows, shop=self.shop)
        with self.assertRaisesRegex(UserError, "1234567"):
            self.package().action_make()
        self.company.acorn_datev_length = 7
        files = self.files()
        [name] = [name for name in files if name.startswith("EXTF_")]
        self.assertIn("8400000", files[name].decode("cp1252"))

    def test_without_a_consultant_the_package_says_why_there_is_no_batch(self):
        self.company.acorn_datev_consultant = 0
        self.assertIn("consultant number", self.package().notice)
        files = self.files()
        self.assertFalse([name for name in files if name.startswith("EXTF_")])
        facts = dict(self.sheet("Tax Facts", files))
        self.assertIn("consultant number", facts["DATEV"])

    def test_companies_elsewhere_have_no_batch(self):
        french = self.env["res.company"].create(
            {"name": "Paquet SARL", "country_id": self.env.ref("base.fr").id}
        )
        self.accountant.company_ids |= french
        shop = self.make_shop(french)
        with self.as_user(self.accountant, self.company | french) as env:
            package = env["acorn.package"].create(
                {"shop_ids": (shop | self.shop).ids, "month": MARCH[0]}
            )
            package.action_make()
        archive = zipfile.ZipFile(BytesIO(b64decode(package.file)))
        batches = [name for name in archive.namelist() if "EXTF" in name]
        self.assertEqual(len(batches), 1)
        self.assertIn(f"_{self.shop.id}_", batches[0])
        self.assertEqual(package.file_name, "Shops_2026-03.zip")

    # === PAGES === #

    def test_profit_by_line_is_the_journal(self):
        rows = {row[0]: row[1:] for row in self.sheet("Profit by Line")}
        self.assertEqual(rows["Sales"][2], 133.33)
        self.assertEqual(rows["Referral Fees"][2], -15.5)
        self.assertEqual(rows["Profit"][2], 117.83)

    def test_journal_items_are_those_of_the_month_and_the_shop(self):
        files = self.files()
        rows = self.sheet("Journal Items", files)
        found = {}
        for row in rows:
            found[row[3]] = round(found.get(row[3], 0) + row[11] - row[12], 2)
        journal = self.sums(self.company, *MARCH, shops=self.shop)
        Accounts = self.env["account.account"].with_company(self.company)
        self.assertEqual(
            found, {Accounts.browse(k).code: round(v, 2) for k, v in journal.items()}
        )
        self.assertEqual(
            files["journal.csv"].decode("utf-8-sig").count("\n"), len(rows) + 1
        )

    def test_settlements_of_the_month_are_proven_line_by_line(self):
        rows = [row for row in self.sheet("Proof of Settlements") if row[0] == "S-77"]
        self.assertEqual(rows[0][6:9], ["The file says", 12.34, "Yes"])
        self.assertEqual(rows[1][6:9], ["Sum of the lines", 0, "No"])
        self.assertIn("S-77", self.package().notice)

    def test_tax_facts_are_those_of_the_company_and_its_sites(self):
        self.env["account.fiscal.position"].create(
            {
                "name": "Registered in Poland",
                "company_id": self.company.id,
                "country_id": self.env.ref("base.pl").id,
                "foreign_vat": "PL1234567883",
            }
        )
        facts = dict(self.sheet("Tax Facts"))
        self.assertEqual(facts["VAT Number"], "DE136695976")
        self.assertEqual(facts["VAT Number in Poland"], "PL1234567883")
        self.assertEqual(facts["IOSS Number"], "IM2760000742")
        self.assertEqual(facts["OSS: Registered In"], "Germany")
        self.assertIn("deemed reseller", facts["Site Shop.de"])

    def test_taxes_stand_by_country_rate_and_regime(self):
        [row] = self.sheet("Taxes")
        self.assertEqual(row, ["Sales", "Germany", "Domestic", "19 %", 143.33, 27.24])

    def test_no_buyer_is_named_anywhere(self):
        files = self.files()
        book = zipfile.ZipFile(BytesIO(files.pop("package.xlsx")))
        everything = list(files.values()) + [book.read(n) for n in book.namelist()]
        for content in everything:
            for encoding in ("utf-8", "cp1252"):
                text = content.decode(encoding, "replace")
                self.assertNotIn("Zacharias", text)
                self.assertNotIn("Zuckert", text)

    # === PEOPLE === #

    @freeze_time("2026-04-11")
    def test_last_month_and_all_shops_of_the_company_are_proposed(self):
        with self.as_user(self.accountant) as env:
            package = env["acorn.package"].create({})
        self.assertEqual(package.month, MARCH[0])
        self.assertEqual(package.shop_ids, self.shop)
        self.assertIn(package.action_make()["url"].split("?")[0][-4:], ".zip")
        self.assertEqual(package.file_name, "Laden_Co_2026-03.zip")

    def test_accountants_set_tax_facts_and_datev_numbers(self):
        with self.as_user(self.accountant) as env:
            facts = env["acorn.tax.facts"].create({"company_id": self.company.id})
            self.assertEqual(facts.acorn_datev_client, 55003)
            facts.acorn_datev_client = 7
            facts.action_save()
            self.assertEqual(self.company.acorn_datev_client, 7)
            facts.acorn_datev_consultant = 12
            with self.assertRaisesRegex(ValidationError, "1001 to 9999999"):
                facts.action_save()

    def test_facts_of_another_company_are_out_of_reach(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        with self.as_user(self.accountant) as env:
            facts = env["acorn.tax.facts"].create({"company_id": self.company.id})
            facts.sudo().company_id = other
            with self.assertRaises(AccessError):
                facts.action_save()

    def test_who_only_reads_books_or_serves_customers_makes_no_package(self):
        clerk = new_test_user(self.env, "package clerk", groups="acorn_base.group_user")
        for user in (self.reader, clerk):
            for model in ("acorn.package", "acorn.tax.facts"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).create({})
