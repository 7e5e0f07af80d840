from dataclasses import dataclass
from datetime import datetime

from odoo.addons.acorn_base.channel import UTC, Refused
from odoo.addons.acorn_base.records import (
    DAMAGED,
    RETURN_CLOSED,
    RETURN_EXPECTED,
    RETURN_REFUSED,
    RETURN_REQUESTED,
    UNKNOWN,
)

from ..parse import return_rows
from ..parse.fba_returns import parse_fba_return, read_fba_returns
from ..parse.returns import parse_return, read_returns
from .common_pure import GOLDEN, NOW, PureCase

HEADER = "Order ID\tAmazon RMA ID\tReturn request date\tMerchant SKU\tReturn quantity"
FBA_HEADER = "return-date\torder-id\tsku\tquantity\tdetailed-disposition"


@dataclass(frozen=True)
class Records:
    records: tuple


def text_of(name):
    return (GOLDEN / name).read_bytes().decode()


class TestParseReturns(PureCase):
    def parsed(self, text):
        return read_returns(text, NOW)

    def one(self, **columns):
        """Return what one row says that has these columns besides the needed ones."""
        names = {
            "Order ID": "O-1",
            "Amazon RMA ID": "D1",
            "Return request date": "14-Jul-2025",
            "Merchant SKU": "MUG",
            "Return quantity": "1",
        } | {name.replace("_", " "): value for name, value in columns.items()}
        text = "\t".join(names) + "\n" + "\t".join(names.values()) + "\n"
        [document] = self.parsed(text)
        return parse_return(document)

    def test_what_a_report_says(self):
        documents = self.parsed(text_of("returns.txt"))
        found = Records(tuple(map(parse_return, documents)))
        self.assertGolden("returns.expected.json", found)

    def test_rows_of_one_return_are_one_document(self):
        documents = self.parsed(text_of("returns.txt"))
        self.assertEqual(
            [document.key for document in documents],
            [
                "113-1/DfqRyRRMA/MUG-RED",
                "113-2/D2RRMA/LAMP",
                "113-3/D3RRMA/BOX",
                "113-4/D4RRMA/CUP",
                "113-5/D5RRMA/PEN",
            ],
        )
        cup = parse_return(documents[3])
        self.assertEqual((cup.quantity, cup.tracking), (2, "1Z1, 1Z2"))

    def test_the_same_rows_are_the_same_bytes_in_any_order(self):
        header, *rows = text_of("returns.txt").splitlines()
        bodies = [
            {document.key: document.body for document in self.parsed("\n".join(text))}
            for text in ([header, *rows], [header, *reversed(rows)])
        ]
        self.assertEqual(*bodies)

    def test_statuses(self):
        for word, meaning in {
            "Approved": RETURN_EXPECTED,
            "PendingApproval": RETURN_REQUESTED,
            "Completed": RETURN_CLOSED,
            "Closed": RETURN_CLOSED,
            "Rejected": RETURN_REFUSED,
            "Cancelled": RETURN_REFUSED,
            "Contemplated": UNKNOWN,
            "": UNKNOWN,
        }.items():
            with self.subTest(word):
                found = self.one(Return_request_status=word)
                self.assertEqual((found.status, found.status_text), (meaning, word))

    def test_days_in_every_way_they_are_written(self):
        for text in (
            "14-Jul-2025",
            "14-jul-2025",
            "14-Juil-2025",
            "14-JULI-2025",
            "14-07-2025",
            "07/14/2025",
            "14.07.2025",
            "2025-07-14",
            "2025-07-14T00:00:00Z",
            "2025-07-14T00:00:00",
            "2025-07-14T02:00:00+02:00",
        ):
            with self.subTest(text):
                found = self.one(Return_request_date=text)
                self.assertEqual(found.requested_at, datetime(2025, 7, 14, tzinfo=UTC))

    def test_cells_that_cannot_be_read_are_named(self):
        for name, text in (
            ("Return request date", "soon"),
            ("Return request date", "14-Foo-2025"),
            ("Return request date", "1-7-25"),
            ("Return delivery date", "31-Feb-2025"),
            ("Return quantity", "0"),
            ("Return quantity", "some"),
            ("Refunded Amount", "USD"),
        ):
            with self.subTest(name), self.assertRaises(Refused) as caught:
                self.one(**{name.replace(" ", "_"): text})
            self.assertIn(name.lower(), str(caught.exception))
            self.assertEqual(caught.exception.code, "bad_field")

    def test_lines_that_are_no_returns_are_told_and_stop_no_other(self):
        text = f"{HEADER}\nO-1\tD1\t14-Jul-2025\tMUG\t1\n\tD2\t14-Jul-2025\tMUG\t1\n"
        good, bad = self.parsed(text)
        self.assertEqual(parse_return(good).order_ref, "O-1")
        self.assertEqual(bad.kind, "return")
        with self.assertRaisesRegex(Refused, "Line 3 of the report"):
            parse_return(bad)

    def test_a_report_in_another_language_is_no_empty_report(self):
        with self.assertRaisesRegex(Refused, "bestellnummer") as caught:
            self.parsed("Bestellnummer\tMenge\n1\t2\n")
        self.assertEqual(caught.exception.code, "missing_column")

    def test_a_return_without_a_number_is_known_by_its_day(self):
        [document] = self.parsed(f"{HEADER}\nO-1\t\t14-Jul-2025\tMUG\t1\n")
        self.assertEqual(document.key, "O-1/14-Jul-2025/MUG")

    def test_columns_that_are_new_or_missing_change_nothing(self):
        found = self.one(Category="Home", Order_Item_ID="77", A="B")
        self.assertEqual((found.line_ref, found.refunded), ("77", None))

    def test_what_the_buyer_keeps(self):
        self.assertTrue(self.one(Resolution="ReturnlessRefund").goods_kept)
        self.assertFalse(self.one(Resolution="RefundAtFirstScan").goods_kept)


class TestParseFbaReturns(PureCase):
    def parsed(self, text):
        return read_fba_returns(text, NOW)

    def test_what_a_report_says(self):
        documents = self.parsed(text_of("fba_returns.txt"))
        found = Records(tuple(map(parse_fba_return, documents)))
        self.assertGolden("fba_returns.expected.json", found)

    def test_a_unit_that_is_told_on_two_days_came_back_once(self):
        documents = self.parsed(text_of("fba_returns.txt"))
        [unit] = [d for d in documents if d.key == "O-2/READ/LPNRR2"]
        found = parse_fba_return(unit)
        self.assertEqual((found.quantity, found.disposition_text), (1, "DEFECTIVE"))

    def test_units_without_a_label_that_are_told_alike_are_several(self):
        documents = self.parsed(text_of("fba_returns.txt"))
        pens = [parse_fba_return(d) for d in documents if d.key.startswith("O-3")]
        self.assertEqual([pen.quantity for pen in pens], [2, 1])
        self.assertEqual([pen.disposition for pen in pens], ["sellable", "other"])

    def test_columns_as_in_a_file_that_was_downloaded(self):
        text = (
            "Return-Date\tamazon-order-id\tSKU\tquantity\tdisposition\n"
            "02-08-2026\tO-1\tPEN\t1\tCARRIER_DAMAGED\n"
        )
        [document] = self.parsed(text)
        found = parse_fba_return(document)
        self.assertEqual((found.order_ref, found.disposition), ("O-1", DAMAGED))
        self.assertEqual(found.requested_at, datetime(2026, 8, 2, tzinfo=UTC))

    def test_an_order_amazon_does_not_name(self):
        [document] = self.parsed(f"{FBA_HEADER}\n2026-08-02\t\tPEN\t1\tSELLABLE\n")
        self.assertEqual(parse_fba_return(document).order_ref, "")

    def test_lines_without_a_sku_are_told(self):
        [bad] = self.parsed(f"{FBA_HEADER}\n2026-08-02\tO-1\t\t1\tSELLABLE\n")
        with self.assertRaisesRegex(Refused, "no SKU"):
            parse_fba_return(bad)


class TestReasons(PureCase):
    def test_both_reports_mean_the_same(self):
        self.assertEqual(return_rows.reason("CR-DEFECTIVE"), "DEFECTIVE")
        self.assertEqual(return_rows.reason("DEFECTIVE"), "DEFECTIVE")
        self.assertEqual(return_rows.reason("AMZ-PG-BAD-DESC"), "AMZ-PG-BAD-DESC")
