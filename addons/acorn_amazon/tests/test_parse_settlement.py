"""Settlement files as Amazon delivers them, and as settlements of Acorn's."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.acorn_base.channel import UTC, Document, Refused

from ..marketplaces import TABLE
from ..parse.local_format import Amounts, Moments, charset
from ..parse.settlement import (
    HEAD,
    parse_settlement,
    read_settlement,
    settlement_document,
)
from .common_pure import DE, FR, GOLDEN, JP, NOW, US, PureCase

FOLDER = GOLDEN / "settlements"
COLUMNS = (
    *(*HEAD, "transaction-type", "order-id", "merchant-order-id", "adjustment-id"),
    *("shipment-id", "marketplace-name", "amount-type", "amount-description"),
    *("amount", "fulfillment-id", "posted-date", "posted-date-time"),
    *("order-item-code", "merchant-order-item-id", "merchant-adjustment-item-id"),
    *("sku", "quantity-purchased", "promotion-id"),
)
START = {
    "settlement-id": "1001",
    "settlement-start-date": "2026-05-01 00:00:00 UTC",
    "settlement-end-date": "2026-05-15 00:00:00 UTC",
    "deposit-date": "2026-05-17 00:00:00 UTC",
    "total-amount": "10.00",
    "currency": "USD",
}
LINE = {
    "settlement-id": "1001",
    "transaction-type": "Order",
    "amount-type": "ItemPrice",
    "amount-description": "Principal",
    "amount": "10.00",
    "posted-date": "2026-05-02",
    "posted-date-time": "2026-05-02 10:00:00 UTC",
    "marketplace-name": "Amazon.com",
}


def written(*rows, columns=COLUMNS, end="\n"):
    """Return a file of rows, each a dict of cells."""
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    return end.join("\t".join(line) for line in lines) + end


def golden(name):
    return read_settlement((FOLDER / f"{name}.txt").read_bytes())


def added_up(settlement):
    return sum((line.amount for line in settlement.lines), Decimal(0))


class TestGoldenSettlements(PureCase):
    """Each file in golden/settlements shows something."""

    def test_dollars(self):
        # 24 columns; sold by Amazon and by the seller; sales tax collected and
        # withheld; a refund; fees, advertising, a reimbursement, the reserve. One
        # amount has a mark for thousands, one a single decimal.
        found = golden("us")
        self.assertGolden("settlements/us.expected.json", found)
        self.assertEqual((found.total, added_up(found)), (Decimal(815), Decimal(815)))
        self.assertIn(Decimal("1249.00"), [line.amount for line in found.lines])
        self.assertIn(Decimal("12.5"), [line.amount for line in found.lines])

    def test_euros_with_decimal_commas(self):
        # Windows-1252, dd.mm.yyyy, 23 columns in the opposite order, several sites in
        # one file, one of them none of Amazon's, VAT on fees on rows of its own.
        found = golden("de")
        self.assertGolden("settlements/de.expected.json", found)
        self.assertEqual(added_up(found), found.total)
        by_name = {line.site_name: line for line in found.lines}
        self.assertEqual(by_name["Amazon.de"].site, DE)
        self.assertEqual(by_name["Amazon.de"].sku, "TASSE-GRÜN")
        self.assertEqual(by_name["Amazon.fr"].site, FR)
        foreign = by_name["SI Prod DE Marketplace"]
        self.assertEqual((foreign.site, foreign.merchant_order_ref), ("", "SHOP-77"))

    def test_pounds(self):
        # UTF-8 with a mark in front, ISO times with an offset, a day without time, a
        # site in small letters, and a column that nobody knows.
        found = golden("gb")
        self.assertGolden("settlements/gb.expected.json", found)
        self.assertEqual(added_up(found), found.total)
        # Half past eleven in UTC is the next day in London, in summer.
        refund = next(e for e in found.lines if e.transaction_type == "Refund")
        self.assertEqual(refund.posted_on, date(2026, 6, 11))
        self.assertEqual(found.lines[-1].posted_on, date(2026, 6, 7))

    def test_yen_in_shift_jis(self):
        # No decimals: a comma before three digits is one of thousands.
        found = golden("jp")
        self.assertGolden("settlements/jp.expected.json", found)
        self.assertEqual((found.total, added_up(found)), (Decimal(12640),) * 2)
        self.assertEqual(found.lines[0].sku, "マグカップ-赤")
        self.assertEqual(found.lines[0].site, JP)
        # Three in the afternoon in UTC is the next day, and month, in Tokyo.
        self.assertEqual(found.lines[0].posted_on, date(2026, 6, 1))

    def test_a_negative_payout(self):
        # The seller owes; an earlier debt was charged to the card. Days as in Canada.
        found = golden("negative")
        self.assertEqual((found.currency, found.total), ("CAD", Decimal("-55.49")))
        self.assertEqual(added_up(found), found.total)
        self.assertEqual(found.since.date(), date(2026, 6, 1))
        self.assertEqual(found.lines[1].posted_on, date(2026, 6, 4))

    def test_nothing_is_paid_out(self):
        # Everything is held back: no deposit.
        found = golden("zero")
        self.assertEqual((found.total, added_up(found)), (Decimal(0), Decimal(0)))
        self.assertIsNone(found.deposited_at)

    def test_two_months(self):
        # A second before midnight of 30 April in Berlin, and midnight: two hours
        # earlier in UTC. The amounts are those of the worked entry.
        found = golden("month")
        self.assertEqual((found.total, added_up(found)), (Decimal(6661), Decimal(6661)))
        sums = {}
        for line in found.lines:
            month = line.posted_on.month
            sums[month] = sums.get(month, Decimal(0)) + line.amount
        self.assertEqual(sums, {4: Decimal(5680), 5: Decimal(981)})

    def test_words_that_nobody_knows(self):
        # They are kept as they stand there: it is the fee map that does not know them.
        found = golden("unknown")
        self.assertEqual(added_up(found), found.total)
        self.assertEqual(found.lines[1].description, "Moon Landing Fee")

    def test_a_file_that_a_person_downloaded_is_the_same_settlement(self):
        # Quotes, other ends of lines and a mark in front: the same settlement.
        self.assertEqual(golden("us_downloaded"), golden("us"))


class TestParseSettlement(PureCase):
    def one(self, **cells):
        """Return what a line says that has these cells besides the needed ones."""
        cells = {name.replace("_", "-"): text for name, text in cells.items()}
        [line] = read_settlement(written(START, LINE | cells).encode()).lines
        return line

    def assertRefused(self, content, words, code="bad_settlement"):
        content = content if isinstance(content, bytes) else content.encode()
        with self.assertRaisesRegex(Refused, words) as caught:
            read_settlement(content)
        self.assertEqual(caught.exception.code, code)

    def test_what_does_not_add_up_is_known_all_the_same(self):
        found = read_settlement(written(START | {"total-amount": "9"}, LINE).encode())
        self.assertEqual((found.total, added_up(found)), (9, 10))

    def test_columns_in_any_order_and_more_of_them(self):
        columns = ("new", *reversed(COLUMNS), "newer")
        found = read_settlement(written(START, LINE, columns=columns).encode())
        self.assertEqual(found, read_settlement(written(START, LINE).encode()))

    def test_columns_that_are_missing_are_named(self):
        columns = [name for name in COLUMNS if name != "amount-type"]
        content = written(START, LINE, columns=columns)
        self.assertRefused(content, "lacks the columns amount-type", "no_settlement")
        for content in (b"", b"%PDF-1.7\n\x81\x8d", b"\x81", b"PK\x03\x04"):
            with self.subTest(content):
                self.assertRefused(content, "", "no_settlement")

    def test_columns_that_are_not_always_there_may_be_missing(self):
        columns = (*HEAD, "transaction-type", "amount-type", "amount-description")
        columns += ("amount", "posted-date")
        [line] = read_settlement(written(START, LINE, columns=columns).encode()).lines
        self.assertEqual((line.posted_on, line.site), (date(2026, 5, 2), ""))

    def test_names_of_columns_as_people_and_spreadsheets_write_them(self):
        content = written(START, LINE).replace("fulfillment-id", "Fulfilment_ID")
        content = content.replace("settlement-id\t", '"Settlement ID"\t', 1)
        self.assertEqual(len(read_settlement(content.encode()).lines), 1)

    def test_an_order_that_is_a_shipment_and_a_site_that_is_not_named(self):
        found = self.one(order_id="FBA15ABC", marketplace_name="")
        self.assertEqual((found.order_ref, found.site), ("FBA15ABC", ""))
        # The currency's home tells the day: it is evening before in Seattle.
        found = self.one(marketplace_name="", posted_date_time="2026-05-02 06:59:59")
        self.assertEqual(found.posted_on, date(2026, 5, 1))

    def test_names_of_sites(self):
        for name, site in (
            ("Amazon.com", US),
            ("amazon.de", DE),
            ("www.amazon.fr", FR),
            ("Amazon.co.jp", JP),
            ("SI CA Prod Marketplace", ""),
            ("Non-Amazon US", ""),
            ("Amazon.moon", ""),
        ):
            found = self.one(marketplace_name=name)
            self.assertEqual((found.site, found.site_name), (site, name))
        for marketplace in TABLE:
            found = self.one(marketplace_name=marketplace.name)
            self.assertEqual(found.site, marketplace.ref)

    def test_who_fulfils(self):
        for word, meaning in (("AFN", "fba"), ("mfn", "fbm"), ("", ""), ("?", "")):
            self.assertEqual(self.one(fulfillment_id=word).fulfilment, meaning)

    def test_quantities(self):
        for text, number in (("", 0), ("3", 3), ("-1", -1), ("2.0", 2), ("2,0", 2)):
            self.assertEqual(self.one(quantity_purchased=text).quantity, number)

    def test_lines_that_cannot_be_read_are_named(self):
        for cells, words in (
            ({"amount": "ten"}, "line 4: amount cannot be 'ten'"),
            ({"amount": ""}, "line 4: amount cannot be ''"),
            ({"amount": "1,23.45.6"}, "line 4: amount"),
            ({"posted-date": "", "posted-date-time": ""}, "line 4: posted-date"),
            ({"posted-date-time": "31.02.2026"}, "line 4: posted-date"),
            ({"posted-date-time": "2026-05-02 10:00:00 XYZ"}, "line 4: posted-date"),
            ({"quantity-purchased": "some"}, "line 4: quantity-purchased"),
            ({"settlement-id": "1002"}, "line 4: it belongs to another settlement"),
            ({"currency": "EUR"}, "line 4: its currency is another one"),
        ):
            with self.subTest(cells):
                self.assertRefused(written(START, LINE, LINE | cells), words)
        content = written(START, LINE) + "\t".join(["x"] * 25)
        self.assertRefused(content, "line 4: 25 cells under 24 columns")

    def test_of_many_lines_some_are_named_and_the_others_counted(self):
        content = written(START, *[LINE | {"amount": "x"}] * 7)
        self.assertRefused(content, "line 3: .*line 7: .*and 2 more")

    def test_a_file_without_the_line_that_tells_the_total(self):
        self.assertRefused(written(LINE), "line 2: it tells no")
        self.assertRefused(written(), "line 2: it tells no")
        for cells in ({"currency": "€"}, {"total-amount": "x"}, {"deposit-date": "x"}):
            self.assertRefused(written(START | cells), "line 2: ")

    def test_empty_lines_and_signs_no_database_takes(self):
        content = written(START, LINE | {"sku": "A\0B"}).replace("\n", "\n\n")
        [line] = read_settlement(content.encode()).lines
        self.assertEqual((line.sku, line.number), ("AB", 5))

    def test_a_settlement_without_lines(self):
        self.assertEqual(read_settlement(written(START).encode()).lines, ())

    def test_a_document_is_the_file_as_it_came(self):
        content = written(START, LINE, end="\r\n").encode("cp1252")
        document = settlement_document(content)
        self.assertEqual(
            document,
            Document("settlement", "1001", datetime(2026, 5, 15, tzinfo=UTC), content),
        )
        self.assertEqual(settlement_document(content, NOW, "77").version, NOW)
        self.assertEqual(parse_settlement(document), read_settlement(content))

    def test_a_file_that_is_none_is_known_by_its_report_and_says_why(self):
        document = settlement_document(b"Sorry", NOW, "77")
        self.assertEqual((document.key, document.body), ("?77", b"Sorry"))
        with self.assertRaisesRegex(Refused, "It has: Sorry"):
            parse_settlement(document)


class TestCharsets(PureCase):
    def sku(self, text, encoding, **head):
        content = written(START | head, LINE | {"sku": text}).encode(encoding)
        return read_settlement(content).lines[0].sku

    def test_as_amazon_and_spreadsheets_write_them(self):
        for text, encoding in (
            ("MUG", "ascii"),
            ("TASSE-GRÜN é", "cp1252"),
            ("kubek-żółty", "utf-8"),
            ("kubek-żółty", "utf-8-sig"),
            ("kubek-żółty", "utf-16"),
            ("マグカップ", "shift_jis"),
            ("マグカップ", "utf-8"),
        ):
            with self.subTest(text, encoding=encoding):
                self.assertEqual(self.sku(text, encoding), text)

    def test_japanese_is_recognised_in_a_file_of_any_account(self):
        # Without kana only the yen tell; with kana the text does.
        self.assertEqual(
            self.sku("赤色-茶碗", "shift_jis", currency="JPY"), "赤色-茶碗"
        )
        self.assertEqual(self.sku("赤いカップ", "shift_jis"), "赤いカップ")

    def test_what_reads_as_kanji_is_no_japanese(self):
        for text in ("Geräte", "Möbel-Größe", "TÖPFE", "naïve", "São"):
            self.assertEqual(self.sku(text, "cp1252"), text)

    def test_no_text(self):
        with self.assertRaises(Refused):
            charset(b"settlement-id\n\x81")


class TestAmounts(PureCase):
    def test_as_places_write_them(self):
        for text, amount in (
            ("95,00", "95.00"),
            ("95.00", "95.00"),
            ("1.234,56", "1234.56"),
            ("1,234.56", "1234.56"),
            ("1.234.567,8", "1234567.8"),
            ("1,234,567", "1234567"),
            ("1,23,456.00", "123456.00"),
            ("-12.5", "-12.5"),
            ("+3", "3"),
            ("\N{MINUS SIGN}3,50", "-3.50"),
            ("1 234,56", "1234.56"),
            ("1\N{NO-BREAK SPACE}234,56", "1234.56"),
            ("1,234", "1234"),
            ("12.345", "12345"),
            ("0.125", "0.125"),
            ("1234.567", "1234.567"),
            ("0,0000", "0.0000"),
            ("0", "0"),
        ):
            with self.subTest(text):
                self.assertEqual(Amounts().parse(text), Decimal(amount))

    def test_what_is_no_amount(self):
        for text in ("", "-", "1,2.3,4", "1.23.45", "12,34,5", "1e5", "€5", "(5)", "٣"):
            with self.subTest(text), self.assertRaises(ValueError):
                Amounts().parse(text)

    def test_other_amounts_of_the_file_tell_what_a_mark_means(self):
        amounts = Amounts()
        self.assertEqual(amounts.parse("9,50"), Decimal("9.50"))
        self.assertEqual(amounts.parse("1.234"), Decimal(1234))
        self.assertEqual(amounts.parse("1,234"), Decimal("1.234"))


class TestMoments(PureCase):
    def test_as_places_write_them(self):
        expected = datetime(2026, 6, 9, 5, 23, 19, tzinfo=UTC)
        for text in (
            "09.06.2026 05:23:19 UTC",
            "2026-06-09T05:23:19+00:00",
            "2026-06-09T05:23:19Z",
            "2026-06-09T05:23:19.000Z",
            "2026-06-09 05:23:19 UTC",
            "2026/06/09 05:23:19 UTC",
            "2026/06/09 14:23:19 JST",
            "09/06/2026 05:23:19",
            "9/6/2026 5:23:19 UTC",
            "09-06-2026 05:23:19 UTC",
            "09.06.2026 07:23:19 CEST",
            "09.06.2026 07:23:19 GMT+02:00",
            "2026-06-09T01:23:19-0400",
            "09/06/2026, 05:23:19 AM UTC",
        ):
            with self.subTest(text):
                self.assertEqual(Moments(False).parse(text), (expected, None))
        for text in ("06/09/2026 05:23:19 UTC", "09.06.2026 05:23:19 UTC"):
            self.assertEqual(Moments(True).parse(text), (expected, None))
        afternoon = expected + timedelta(hours=12)
        self.assertEqual(Moments(True).parse("6/9/2026 5:23:19 PM")[0], afternoon)
        day = datetime(2026, 6, 9, tzinfo=UTC)
        self.assertEqual(Moments(False).parse("09/06/2026"), (day, date(2026, 6, 9)))

    def test_what_is_no_time(self):
        for text in (
            *("", "soon", "2026-13-01", "31.02.2026", "1999-01-01", "09.06.26"),
            *("2026-06-09 25:00:00", "2026-06-09 05:23:19 XYZ", "13:00", "2026-06/09"),
            *("06/09/2026 13:00:00 PM", "06/09/2026 00:00:00 AM"),
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                Moments(False).parse(text)

    def test_the_currency_tells_day_and_month_unless_the_period_does(self):
        for currency, start, end, month in (
            ("USD", "06/01/2026", "06/08/2026", 6),
            ("CAD", "06/01/2026", "06/08/2026", 6),
            ("GBP", "06/01/2026", "06/08/2026", 1),
            ("EUR", "06/01/2026", "06/08/2026", 1),
            ("USD", "25/05/2026", "08/06/2026", 5),
            ("GBP", "05/25/2026", "06/08/2026", 5),
            ("USD", "07/05/2026", "01/06/2026", 5),
        ):
            with self.subTest(currency, start=start):
                moments = Moments.of(currency, start, end)
                self.assertEqual(moments.parse(start)[0].month, month)


# === ANY FILE === #

CENTS = st.integers(-(10**9), 10**9)
CELL = st.text(
    st.characters(codec="cp1252", exclude_categories=("Cc", "Zs", "Zl", "Zp")),
    max_size=12,
).filter(lambda text: '"' not in text)
MOMENT = st.integers(0, 15 * 365 * 86_400).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def grouped(number, mark):
    return f"{number:,}".replace(",", mark)


def formats(currency):
    """Return functions that write amounts in cents as the places do."""
    if currency == "JPY":
        return (lambda n: str(n), lambda n: grouped(n, ","))
    return (
        lambda n: f"{n / 100:.2f}",
        lambda n: f"{n / 100:.2f}".replace(".", ","),
        lambda n: f"{n / 100:,.2f}",
        lambda n: f"{n / 100:,.2f}".translate(str.maketrans(",.", ".,")),
    )


MOMENTS = {
    "USD": (
        "%m/%d/%Y %H:%M:%S UTC",
        "%Y-%m-%d %H:%M:%S UTC",
        "%Y-%m-%dT%H:%M:%S+00:00",
    ),
    "EUR": ("%d.%m.%Y %H:%M:%S UTC", "%Y-%m-%dT%H:%M:%SZ", "%d/%m/%Y %H:%M:%S UTC"),
    "JPY": ("%Y/%m/%d %H:%M:%S UTC", "%Y-%m-%d %H:%M:%S UTC"),
}


@st.composite
def files(draw):
    """Return a file in bytes, and what was written into it."""
    currency = draw(st.sampled_from(sorted(MOMENTS)))
    amount_of = draw(st.sampled_from(formats(currency)))
    time_format = draw(st.sampled_from(MOMENTS[currency]))
    columns = draw(st.permutations(COLUMNS))
    start = draw(MOMENT)
    end = start + timedelta(days=14)
    told = [
        {
            "cents": draw(CENTS),
            "when": start + timedelta(seconds=draw(st.integers(0, 14 * 86_400))),
            "kind": draw(CELL),
            "type": draw(CELL),
            "word": draw(CELL),
            "sku": draw(CELL),
            "order": draw(CELL),
            "site": draw(st.sampled_from(TABLE)),
            "count": draw(st.integers(0, 99)),
        }
        for _line in range(draw(st.integers(0, 6)))
    ]
    total = sum(each["cents"] for each in told)
    head = {
        "settlement-id": str(draw(st.integers(1, 10**12))),
        "settlement-start-date": f"{start:{time_format}}",
        "settlement-end-date": f"{end:{time_format}}",
        "deposit-date": f"{end:{time_format}}" if total else "",
        "total-amount": amount_of(total),
        "currency": currency,
    }
    rows = [
        {
            "settlement-id": head["settlement-id"],
            "transaction-type": each["kind"],
            "amount-type": each["type"],
            "amount-description": each["word"],
            "amount": amount_of(each["cents"]),
            "posted-date": f"{each['when']:{time_format}}"[:10],
            "posted-date-time": f"{each['when']:{time_format}}",
            "marketplace-name": each["site"].name,
            "sku": each["sku"],
            "order-id": each["order"],
            "quantity-purchased": str(each["count"]),
        }
        for each in told
    ]
    end_of_line = draw(st.sampled_from(["\n", "\r\n"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    content = written(head, *rows, columns=columns, end=end_of_line).encode(encoding)
    return content, head, told, currency


class TestAnyFile(PureCase):
    @given(files())
    def test_what_is_written_is_read(self, drawn):
        content, head, told, currency = drawn
        found = read_settlement(content)
        unit = 1 if currency == "JPY" else 100
        self.assertEqual((found.ref, found.currency), (head["settlement-id"], currency))
        self.assertEqual(found.until - found.since, timedelta(days=14))
        self.assertEqual(found.deposited_at, found.until if any_total(told) else None)
        self.assertEqual(found.total, added_up(found))
        self.assertEqual(
            [
                (
                    line.amount * unit,
                    *(line.posted_at, line.transaction_type, line.amount_type),
                    *(line.description, line.sku, line.order_ref, line.site),
                    line.quantity,
                )
                for line in found.lines
            ],
            [
                (
                    each["cents"],
                    *(each["when"], each["kind"], each["type"], each["word"]),
                    *(each["sku"], each["order"], each["site"].ref, each["count"]),
                )
                for each in told
            ],
        )


def any_total(told):
    return sum(each["cents"] for each in told) != 0
