import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.acorn_base.channel import UTC, Refused
from odoo.addons.acorn_base.records import (
    CANCELLED,
    DISCOUNT,
    GIFT_WRAP,
    ITEM,
    PARTIALLY_SHIPPED,
    PENDING,
    SHIPPED,
    SHIPPING,
    UNFULFILLABLE,
    UNKNOWN,
    UNSHIPPED,
    Charge,
)

from ..parse.order_report import is_report, parse_report_order, read_orders, unreadable
from ..simulator.world.order_report import COLUMNS
from ..spapi.documents import decode
from .common_pure import DE, JP, US, PureCase

ROW = {
    "amazon-order-id": "303-1234567-1234567",
    "merchant-order-id": "303-1234567-1234567",
    "purchase-date": "2026-11-18T20:15:00+00:00",
    "last-updated-date": "2026-11-19T08:30:12+00:00",
    "order-status": "Shipped",
    "fulfillment-channel": "Merchant",
    "sales-channel": "Amazon.de",
    "ship-service-level": "Standard",
    "product-name": "Becher",
    "sku": "MUG",
    "asin": "B000000001",
    "item-status": "Shipped",
    "quantity": "2",
    "currency": "EUR",
    "item-price": "23.80",
    "item-tax": "3.80",
    "ship-city": "Berlin",
    "ship-postal-code": "10117",
    "ship-country": "DE",
    "is-business-order": "false",
}


def text(*rows, columns=COLUMNS):
    columns = [*columns, *(set().union(*rows) - set(columns))]
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    return "".join("\t".join(cells) + "\r\n" for cells in lines)


def documents(*rows, site=""):
    found, problems = read_orders(text(*rows), site)
    assert not problems, problems
    return found


def order(*changes, **values):
    rows = [ROW | {k.replace("_", "-"): v for k, v in values.items()}]
    rows = [rows[0] | each for each in changes] or rows
    [document] = documents(*rows)
    return parse_report_order(document.body)


class TestOrderReport(PureCase):
    def test_a_row_is_an_order(self):
        [document] = documents(ROW)
        self.assertEqual(
            (document.kind, document.key, document.site, document.by_channel),
            ("order", "303-1234567-1234567", DE, False),
        )
        self.assertEqual(document.version, datetime(2026, 11, 19, 8, 30, 12, 0, UTC))
        self.assertFalse(document.detailed)
        self.assertTrue(is_report(document.body))
        found = parse_report_order(document.body)
        self.assertGolden("order_report_de.expected.json", found)

    def test_what_a_report_does_not_tell_is_not_guessed(self):
        found = order()
        self.assertFalse(found.detailed)
        self.assertIsNone(found.total)
        self.assertIsNone(found.recipient)
        self.assertIsNone(found.ship_by)
        self.assertEqual((found.packages, found.tax_registrations), ((), ()))
        self.assertEqual((found.seller_ref, found.buyer.name), ("", ""))

    def test_columns_are_found_by_name_in_any_order(self):
        columns = sorted(COLUMNS, reverse=True)
        found, _problems = read_orders(text(ROW, columns=["new-column", *columns]))
        self.assertEqual(found, documents(ROW))

    def test_the_order_of_the_lines_changes_nothing(self):
        other = ROW | {"amazon-order-id": "303-1", "sku": "CUP"}
        lamp, one = ROW | {"sku": "LAMP"}, ROW | {"quantity": "1"}
        by_key = {d.key: d for d in documents(ROW, other, lamp, one)}
        self.assertEqual(by_key, {d.key: d for d in documents(one, lamp, other, ROW)})
        refs = [
            line.ref
            for line in parse_report_order(by_key[ROW["amazon-order-id"]].body).lines
        ]
        self.assertEqual(refs, ["?1/LAMP", "?1/MUG", "?2/MUG"])

    def test_amazons_number_of_the_item_is_the_lines_where_it_is_told(self):
        self.assertEqual(order(order_item_id="4711").lines[0].ref, "4711")

    def test_prices_contain_their_tax_but_in_north_america(self):
        for site, currency, net in (
            ("Amazon.de", "EUR", "20.00"),
            ("Amazon.co.uk", "GBP", "20.00"),
            ("Amazon.com.mx", "MXN", "20.00"),
            ("Amazon.co.jp", "JPY", "20.00"),
            ("Amazon.com", "USD", "23.80"),
            ("Amazon.ca", "CAD", "23.80"),
        ):
            with self.subTest(site):
                found = order(sales_channel=site, currency=currency)
                [charge] = found.lines[0].charges
                self.assertEqual(charge, Charge(ITEM, Decimal(net), Decimal("3.80")))
                self.assertEqual(found.currency, currency)

    def test_the_price_without_tax_is_taken_where_it_is_told(self):
        # With a discount the tax is that of what was paid: nothing can be computed.
        found = order(vat_exclusive_item_price="18.99")
        self.assertEqual(found.lines[0].charges[0].net, Decimal("18.99"))

    def test_every_kind_of_charge(self):
        found = order(
            shipping_price="5.95",
            shipping_tax="0.95",
            gift_wrap_price="2.38",
            gift_wrap_tax="0.38",
            item_promotion_discount="2.00",
            ship_promotion_discount="-1.19",
        )
        self.assertEqual(
            {c.kind: (c.net, c.tax) for c in found.lines[0].charges},
            {
                ITEM: (Decimal("20.00"), Decimal("3.80")),
                SHIPPING: (Decimal("5.00"), Decimal("0.95")),
                GIFT_WRAP: (Decimal("2.00"), Decimal("0.38")),
                DISCOUNT: (Decimal("-3.19"), Decimal(0)),
            },
        )

    @given(st.decimals(0, 10**6, places=2), st.decimals(0, 10**4, places=2))
    def test_net_and_tax_are_the_price_to_the_cent(self, net, tax):
        found = order(item_price=str(net + tax), item_tax=str(tax))
        [charge] = found.lines[0].charges
        self.assertEqual((charge.net, charge.tax), (net, tax))

    def test_words_of_status(self):
        for word, status in (
            ("Pending", PENDING),
            ("Pending - Waiting for Pick Up", UNSHIPPED),
            ("Unshipped", UNSHIPPED),
            ("Shipping", PARTIALLY_SHIPPED),
            ("PartiallyShipped", PARTIALLY_SHIPPED),
            ("Shipped", SHIPPED),
            ("Shipped - Delivered to Buyer", SHIPPED),
            ("Shipped - Returned to Seller", SHIPPED),
            ("Cancelled", CANCELLED),
            ("Canceled", CANCELLED),
            ("Unfulfillable", UNFULFILLABLE),
            ("Teleported", UNKNOWN),
        ):
            with self.subTest(word):
                found = order(order_status=word)
                self.assertEqual((found.status, found.status_text), (status, word))

    def test_of_an_order_shipped_in_part_the_rows_tell_what_has_left(self):
        found = order(
            {"order-status": "Shipping"},
            {"order-status": "Shipping", "item-status": "Unshipped", "sku": "LAMP"},
        )
        shipped = {line.sku: line.quantity_shipped for line in found.lines}
        self.assertEqual(shipped, {"MUG": 2, "LAMP": 0})

    def test_a_cancelled_row_sells_nothing(self):
        found = order({}, {"item-status": "Cancelled", "sku": "LAMP", "quantity": "0"})
        by_sku = {line.sku: line for line in found.lines}
        self.assertEqual(by_sku["LAMP"].quantity_open, 0)
        self.assertIsNone(by_sku["MUG"].quantity_open)

    def test_who_ships_and_where_it_was_sold_must_be_known(self):
        for word, by_channel in (("Amazon", True), ("AFN", True), ("Merchant", False)):
            self.assertEqual(order(fulfillment_channel=word).by_channel, by_channel)
        for column in ("fulfillment_channel", "sales_channel"):
            with self.subTest(column), self.assertRaises(Refused) as caught:
                order(**{column: "Elsewhere"})
            self.assertEqual(caught.exception.code, "unknown_word")

    def test_what_was_sold_elsewhere_belongs_to_no_site(self):
        for name in ("Non-Amazon", "Non-Amazon US", "SI UK Prod Marketplace"):
            [document] = documents(ROW | {"sales-channel": name})
            found = parse_report_order(document.body)
            self.assertEqual(
                (found.on_channel, found.site, document.site), (False, "", "")
            )

    def test_tax_that_amazon_owes(self):
        for column, value in (
            ("tax_collection_model", "MarketplaceFacilitator"),
            ("deemed_reseller_category", "UOSS"),
            ("ioss_number", "IM4420001201"),
        ):
            with self.subTest(column):
                self.assertTrue(order(**{column: value}).lines[0].tax_by_channel)
        self.assertFalse(order().lines[0].tax_by_channel)

    def test_business_orders_and_the_sellers_own_number(self):
        found = order(
            is_business_order="true",
            purchase_order_number="PO-7",
            merchant_order_id="WEB-1",
        )
        self.assertEqual(found.programs, ("AMAZON_BUSINESS",))
        self.assertEqual(
            (found.buyer.purchase_order, found.seller_ref), ("PO-7", "WEB-1")
        )

    def test_the_report_of_unshipped_orders_has_addresses(self):
        row = {
            "order-id": "503-1",
            "order-item-id": "4711",
            "purchase-date": "2026-11-18T20:15:00+09:00",
            "promise-date": "2026-11-20T20:15:00+09:00",
            "sku": "MUG",
            "quantity-purchased": "3",
            "quantity-shipped": "1",
            "quantity-to-ship": "2",
            "recipient-name": "山田 花子",
            "ship-address-1": "1-1-1",
            "ship-city": "千代田区",
            "ship-state": "東京都",
            "ship-postal-code": "100-0001",
            "ship-country": "JP",
            "is-prime": "true",
        }
        content = text(row, columns=()).encode("cp932")
        read, _problems = read_orders(decode(content, ("shift_jis",)), JP)
        self.assertEqual((read[0].site, read[0].by_channel), (JP, False))
        found = parse_report_order(read[0].body)
        self.assertEqual(found.recipient.name, "山田 花子")
        self.assertEqual(found.recipient.lines, ("1-1-1",))
        self.assertEqual(found.status, PARTIALLY_SHIPPED)
        [line] = found.lines
        self.assertEqual((line.ref, line.quantity, line.quantity_open), ("4711", 3, 2))
        self.assertEqual((found.currency, line.charges), ("", ()))
        self.assertEqual(found.ship_by, datetime(2026, 11, 20, 11, 15, tzinfo=UTC))

    def test_rows_that_cannot_be_read_are_named_and_the_others_go_on(self):
        for change, words in (
            ({"amazon-order-id": ""}, "no order number"),
            ({"purchase-date": "18.11.2026"}, "purchase-date"),
            ({"last-updated-date": "2026-11-19T08:30:12"}, "last-updated-date"),
            ({"price-designation": "\ttoo\tmuch"}, "cells under"),
        ):
            with self.subTest(change):
                good = ROW | {"amazon-order-id": "303-2"}
                found, problems = read_orders(text(ROW | change, good))
                self.assertEqual([d.key for d in found], ["303-2"])
                [problem] = problems
                self.assertIn("Line 2", problem)
                self.assertIn(words, problem)

    def test_lines_that_cannot_be_read_are_a_document_that_says_so(self):
        made = datetime(2026, 11, 20, tzinfo=UTC)
        document = unreadable(["Line 2 of the report: no."], made)
        self.assertEqual(document, unreadable(["Line 2 of the report: no."], made))
        with self.assertRaises(Refused) as caught:
            parse_report_order(document.body)
        self.assertIn("Line 2", str(caught.exception))

    def test_cells_that_cannot_be_read_refuse_their_order(self):
        for column in ("quantity", "item_price", "promise_date"):
            with self.subTest(column), self.assertRaises(Refused) as caught:
                order(**{column: "?"})
            self.assertEqual(caught.exception.code, "bad_field")

    def test_amounts_in_two_currencies_are_refused(self):
        with self.assertRaises(Refused) as caught:
            order({}, {"currency": "PLN", "sku": "LAMP"})
        self.assertEqual(caught.exception.code, "mixed_currencies")

    def test_another_file_is_no_report(self):
        for other in ("", "<html>", "Date range exceeded", "sku\tprice\nMUG\t1"):
            with self.subTest(other), self.assertRaises(Refused) as caught:
                read_orders(other)
            self.assertEqual(caught.exception.code, "no_order_report")

    def test_the_site_of_the_file_counts_where_the_report_names_none(self):
        [document] = documents(ROW | {"sales-channel": ""}, site=US)
        self.assertEqual(document.site, US)
        self.assertEqual(json.loads(document.body)["site"], US)
        named = documents(ROW, site=US)[0]
        self.assertEqual(named.site, DE)
        self.assertEqual(replace(named, body=b""), replace(documents(ROW)[0], body=b""))
