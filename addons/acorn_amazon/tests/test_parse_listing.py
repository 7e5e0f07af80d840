from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.acorn_base.channel import Document, Refused

from ..parse.listing import parse_listing
from .common_pure import FR, GOLDEN, JP, NOW, US, PureCase

HEADER = "seller-sku\titem-name\tprice\tquantity\tproduct-id\tproduct-id-type\t"
HEADER += "fulfillment-channel\tstatus"


def parse(text, site=US):
    return parse_listing(Document("listing", site, NOW, text.encode(), site))


def listing(site=US, **cells):
    row = {
        "seller-sku": "MUG",
        "item-name": "Mug",
        "price": "1.00",
        "quantity": "1",
        "product-id": "",
        "product-id-type": "",
        "fulfillment-channel": "DEFAULT",
        "status": "Active",
    } | {name.replace("_", "-"): value for name, value in cells.items()}
    text = "\t".join(row) + "\n" + "\t".join(row.values()) + "\n"
    return parse(text, site).listings[0]


class TestParseListing(PureCase):
    def test_golden_reports(self):
        for name, site in (("listing_us", US), ("listing_fr", FR)):
            with self.subTest(name):
                text = (GOLDEN / f"{name}.txt").read_bytes().decode()
                self.assertGolden(f"{name}.expected.json", parse(text, site))

    def test_a_missing_column_is_named_and_what_was_found(self):
        with self.assertRaises(Refused) as caught:
            parse("出品者SKU\t商品名\t価格\t数量\tfulfillment-channel\n", JP)
        self.assertEqual(caught.exception.code, "missing_column")
        for words in ("seller-sku, item-name, price, quantity.", "出品者sku, 商品名"):
            self.assertIn(words, str(caught.exception))

    def test_nothing_at_all_is_no_report(self):
        for text in ("", "\n", "<html>"):
            with self.subTest(text), self.assertRaises(Refused):
                parse(text)

    def test_a_report_without_rows_is_a_site_without_listings(self):
        self.assertEqual(parse(HEADER).listings, ())

    def test_prices_in_every_format(self):
        for text, price in (
            ("", None),
            ("5", "5"),
            ("19.99", "19.99"),
            ("19,99", "19.99"),
            ("19,9", "19.9"),
            ("1.299,00", "1299.00"),
            ("1,299.00", "1299.00"),
            ("1 299,00", "1299.00"),
            ("1\u202f299,00", "1299.00"),
            ("1,299", "1299"),
            ("1.299", "1299"),
            ("12,345,678", "12345678"),
            ("1980.0", "1980"),
            ("19.9900", "19.99"),
        ):
            with self.subTest(text):
                expected = price and Decimal(price)
                self.assertEqual(listing(price=text).price, expected)

    @given(
        st.decimals(0, 10**7, places=2),
        st.sampled_from((",", ".", " ", "")),
        st.sampled_from(".,"),
    )
    def test_a_price_survives_the_format_of_any_country(self, price, thousands, mark):
        text = f"{price:,.2f}".replace(",", "T").replace(".", mark)
        self.assertEqual(listing(price=text.replace("T", thousands)).price, price)

    def test_rows_that_cannot_be_read_are_named(self):
        for cells in (
            {"price": "cheap"},
            {"price": "-5.00"},
            {"quantity": "many"},
            {"quantity": "-1"},
            {"fulfillment_channel": "ELSEWHERE"},
            {"status": "Active\ttoo much"},
        ):
            with self.subTest(cells), self.assertRaises(Refused) as caught:
                listing(**cells)
            self.assertEqual(caught.exception.code, "bad_row")
            self.assertIn("Line 2 ", str(caught.exception))

    def test_a_row_may_end_early(self):
        snapshot = parse(HEADER + "\nMUG\tMug\t1.00\t5\n")
        self.assertEqual(snapshot.listings[0].quantity, 5)
        self.assertEqual(snapshot.listings[0].status, "")

    def test_only_codes_that_are_barcodes_become_barcodes(self):
        for kind, barcode, asin in (
            ("1", "", "X1"),
            ("2", "", ""),
            ("3", "X1", ""),
            ("4", "X1", ""),
        ):
            with self.subTest(kind):
                found = listing(product_id="X1", product_id_type=kind)
                self.assertEqual((found.barcode, found.listing_ref), (barcode, asin))

    def test_the_channel_keeps_the_stock_of_what_it_ships(self):
        for word in ("AMAZON_EU", "AMAZON_NA", "AMAZON", "amazon_jp"):
            found = listing(fulfillment_channel=word, quantity="7")
            self.assertTrue(found.by_channel)
            self.assertIsNone(found.quantity)

    def test_of_two_rows_with_one_sku_the_active_one_counts(self):
        active, inactive = "MUG\tA\t1\t1\t\t\tDEFAULT\t", "MUG\tB\t2\t2\t\t\tDEFAULT\t"
        active, inactive = active + "Active", inactive + "Inactive"
        for rows in ((active, inactive), (inactive, active)):
            [found] = parse("\n".join((HEADER, *rows))).listings
            self.assertEqual(found.title, "A")

    def test_a_row_without_sku_is_nothing(self):
        self.assertEqual(parse(f"{HEADER}\n\tMug\t1\t1\t\t\tDEFAULT\t").listings, ())

    def test_a_marketplace_nobody_knows_has_no_currency(self):
        self.assertEqual(listing(site="A1NEW").currency, "")
