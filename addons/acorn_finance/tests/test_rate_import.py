from base64 import b64encode
from io import BytesIO

from openpyxl import Workbook

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestRateImport(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("EUR", "GBP", "JPY"):
            cls.env["res.currency"]._acorn_get(code)
        cls.person = new_test_user(cls.env, "rates", "account.group_account_user")
        cls.company = cls.env.company

    def load(self, content, base="EUR"):
        wizard = (
            self.env["acorn.rate.import"]
            .with_user(self.person)
            .create(
                {
                    "base_id": self.env["res.currency"]._acorn_get(base).id,
                    "file": b64encode(content),
                }
            )
        )
        return wizard.action_import()

    def rate(self, code, day):
        found = self.env["res.currency.rate"].search(
            [
                ("currency_id.name", "=", code),
                ("name", "=", day),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(len(found), 1)
        return found.company_rate

    def test_a_file_of_a_central_bank_is_turned_into_the_companys_currency(self):
        self.load(
            b"Date,USD,JPY,XXX,\n2026-03-02,1.2500,180.0,N/A,\n"
            b"2026-03-03,1.2000,178.8,7,\n"
        )
        self.assertAlmostEqual(self.rate("EUR", "2026-03-02"), 0.8)
        self.assertAlmostEqual(self.rate("JPY", "2026-03-02"), 144)
        self.assertAlmostEqual(self.rate("JPY", "2026-03-03"), 149)

    def test_one_rate_a_line_with_decimal_commas(self):
        self.load(b"Date;Currency;Rate\n31.03.2026;GBP;0,7500\n", base="USD")
        self.assertAlmostEqual(self.rate("GBP", "2026-03-31"), 0.75)

    def test_a_day_that_is_known_is_brought_up_to_date(self):
        for rate in (b"0.75", b"0.76"):
            self.load(b"Date,Currency,Rate\n2026-03-31,GBP," + rate, base="USD")
        self.assertAlmostEqual(self.rate("GBP", "2026-03-31"), 0.76)

    def test_a_spreadsheet_is_read_too(self):
        book = Workbook()
        book.active.append(["Date", "GBP"])
        book.active.append(["2026-03-31", 0.77])
        file = BytesIO()
        book.save(file)
        self.load(file.getvalue(), base="USD")
        self.assertAlmostEqual(self.rate("GBP", "2026-03-31"), 0.77)

    def test_what_is_wrong_is_told_and_nothing_stored(self):
        before = self.env["res.currency.rate"].search_count([])
        for content, words in (
            (b"Tag,GBP\n2026-01-01,1", "no column Date"),
            (b"Date,Pound\n2026-01-01,1", "Currency and Rate"),
            (b"Date,GBP\nsoon,1", "Line 2: soon is no date"),
            (b"Date,GBP\n2026-01-01,-1", "Line 2: -1 is no rate"),
            (b"Date,GBP\n2026-01-01,0.8", "rate of USD"),
            (b"PK\x03\x04not a zip", "damaged"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.load(content)
        self.assertEqual(self.env["res.currency.rate"].search_count([]), before)
