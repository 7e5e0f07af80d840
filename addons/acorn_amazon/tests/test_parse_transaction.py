"""Transactions, payouts and product days, as Amazon tells them."""

import json
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.acorn_base.channel import Document, Refused
from odoo.addons.acorn_base.finance_records import (
    DEFERRED,
    DEFERRED_RELEASED,
    PAYOUT_FAILED,
    PAYOUT_NONE,
    PAYOUT_PAID,
    RELEASED,
)

from ..parse.payout import parse_payout
from ..parse.product_day import parse_product_day
from ..parse.transaction import parse_transaction
from ..pull.exact import body_of
from .common_pure import DE, NOW, US, PureCase, amazon_model, examples


def document(body, kind="transaction"):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Document(kind, "key", NOW, content)


def money(amount, currency="EUR"):
    return {"currencyAmount": amount, "currencyCode": currency}


def branch(word, amount, *below):
    return {
        "breakdownType": word,
        "breakdownAmount": money(amount),
        "breakdowns": list(below),
    }


# As an account in Europe was seen to be told of an order: numbers changed.
ITEM = {
    "description": "A lamp",
    "totalAmount": money(25.39),
    "relatedIdentifiers": None,
    "breakdowns": [
        branch("Tax", 5.98, branch("OurPriceTax", 5.19), branch("ShippingTax", 0.79)),
        branch("ProductCharges", 27.31, branch("OurPricePrincipal", 27.31)),
        branch("Shipping", 4.2, branch("ShippingPrincipal", 4.2)),
        branch(
            "AmazonFees",
            -12.1,
            branch(
                "FBAPerUnitFulfillmentFee",
                -5.36,
                branch("Base", -4.5),
                branch("Tax", -0.86),
            ),
            branch("Commission", -5.75, {**branch("Base", -5.75), "breakdowns": None}),
            branch("ShippingChargeback", -0.99, branch("Base", -0.99)),
        ),
    ],
    "contexts": [
        {
            "contextType": "ProductContext",
            "asin": "B07FGXZQZ1",
            "sku": "LAMP",
            "quantityShipped": 1,
            "fulfillmentNetwork": "AFN",
        }
    ],
}
SHIPMENT = {
    "sellingPartnerMetadata": {
        "sellingPartnerId": "A1SELLER",
        "accountType": "Standard Orders",
        "marketplaceId": DE,
    },
    "relatedIdentifiers": [
        {
            "relatedIdentifierName": "ORDER_ID",
            "relatedIdentifierValue": "302-1234567-1234567",
        },
        {
            "relatedIdentifierName": "FINANCIAL_EVENT_GROUP_ID",
            "relatedIdentifierValue": "G",
        },
    ],
    "transactionType": "Shipment",
    "transactionId": "b1qD0oAliFkLiqRyGbmeT0DoS2Z2kHzi7TZ92z-vARI",
    "transactionStatus": "RELEASED",
    "description": "Order Payment",
    "postedDate": "2026-11-15T23:35:13Z",
    "totalAmount": money(25.39),
    "marketplaceDetails": {"marketplaceId": DE, "marketplaceName": "Amazon.de"},
    "items": [ITEM],
    "contexts": None,
    "breakdowns": [
        branch(
            "Sales",
            37.49,
            branch("Tax", 5.98),
            branch("ProductCharges", 27.31),
            branch("Shipping", 4.2),
        ),
        branch("Expenses", -12.1, branch("AmazonFees", -12.1)),
    ],
}


def words(record):
    return {(each.amount_type, each.description): each.amount for each in record.lines}


class TestTransactions(PureCase):
    def parse(self, **changes):
        return parse_transaction(document({**SHIPMENT, **changes}))

    def assertWhole(self, record):
        total = sum((each.amount for each in record.lines), Decimal(0))
        self.assertEqual(total, record.total.amount)

    def test_leaves_are_read_each_with_its_parent(self):
        record = self.parse()
        self.assertWhole(record)
        self.assertEqual(
            words(record),
            {
                ("Tax", "OurPriceTax"): Decimal("5.19"),
                ("Tax", "ShippingTax"): Decimal("0.79"),
                ("ProductCharges", "OurPricePrincipal"): Decimal("27.31"),
                ("Shipping", "ShippingPrincipal"): Decimal("4.2"),
                ("FBAPerUnitFulfillmentFee", "Base"): Decimal("-4.5"),
                ("FBAPerUnitFulfillmentFee", "Tax"): Decimal("-0.86"),
                ("Commission", "Base"): Decimal("-5.75"),
                ("ShippingChargeback", "Base"): Decimal("-0.99"),
            },
        )
        [line, *_others] = record.lines
        found = line.sku, line.asin, line.quantity, line.fulfilment
        self.assertEqual(found, ("LAMP", "B07FGXZQZ1", 1, "fba"))
        self.assertEqual(line.transaction_type, "Shipment")

    def test_what_it_is_about(self):
        record = self.parse()
        self.assertEqual(record.order_ref, "302-1234567-1234567")
        self.assertEqual((record.site, record.status), (DE, RELEASED))
        self.assertEqual((record.settlement_ref, record.deferral), ("", ""))
        # It was past midnight in Berlin.
        self.assertEqual(record.posted_on, date(2026, 11, 16))

    def test_without_items_the_transactions_own_tree_counts(self):
        for items in (None, [], [{**ITEM, "breakdowns": None}]):
            record = self.parse(items=items)
            self.assertWhole(record)
            self.assertEqual(words(record)["Expenses", "AmazonFees"], Decimal("-12.1"))
            self.assertEqual(len(record.lines), 4)

    def test_without_any_tree_the_total_is_all_there_is(self):
        record = self.parse(items=None, breakdowns=None)
        self.assertWhole(record)
        self.assertEqual(words(record), {("", "Order Payment"): Decimal("25.39")})
        record = self.parse(items=[{**ITEM, "breakdowns": None}], breakdowns=None)
        self.assertEqual(words(record), {("", "Order Payment"): Decimal("25.39")})
        self.assertEqual(record.lines[0].sku, "LAMP")

    def test_what_children_do_not_tell_stays_with_their_parent(self):
        fees = branch("AmazonFees", -3, branch("Commission", -2, branch("Base", -1.5)))
        item = {**ITEM, "totalAmount": money(-3), "breakdowns": [fees]}
        record = self.parse(items=[item], totalAmount=money(-4))
        self.assertWhole(record)
        self.assertEqual(
            words(record),
            {
                ("Commission", "Base"): Decimal("-1.5"),
                ("AmazonFees", "Commission"): Decimal("-0.5"),
                ("", "AmazonFees"): Decimal(-1),
                ("", "Order Payment"): Decimal(-1),
            },
        )

    def test_no_digit_is_lost(self):
        body = json.dumps({**SHIPMENT, "items": None, "breakdowns": None}).replace(
            "25.39", "12345678901234567.89"
        )
        record = parse_transaction(document(body.encode()))
        self.assertEqual(record.total.amount, Decimal("12345678901234567.89"))
        again = json.loads(body, parse_float=Decimal)
        self.assertEqual(parse_transaction(document(body_of(again))), record)

    def test_deferred_money(self):
        context = {
            "contextType": "DeferredContext",
            "deferralReason": "DD7",
            "maturityDate": "2026-11-30T00:00:00Z",
        }
        held = self.parse(transactionStatus="DEFERRED", contexts=[context])
        self.assertEqual((held.status, held.deferral), (DEFERRED, "DD7"))
        self.assertEqual(held.matures_at.date(), date(2026, 11, 30))

        def related(**numbers):
            return [
                {"relatedIdentifierName": name, "relatedIdentifierValue": value}
                for name, value in numbers.items()
            ]

        paid = self.parse(
            transactionStatus="Deferred_Released",
            relatedIdentifiers=related(RELEASE_TRANSACTION_ID="r"),
        )
        self.assertEqual((paid.status, paid.release_ref), (DEFERRED_RELEASED, "r"))
        release = self.parse(
            relatedIdentifiers=related(DEFERRED_TRANSACTION_ID="d", SETTLEMENT_ID="s")
        )
        found = release.status, release.deferred_ref, release.settlement_ref
        self.assertEqual(found, (RELEASED, "d", "s"))

    def test_where_no_site_is_told_the_currency_says_which_day_it_is(self):
        bare = {"marketplaceDetails": None, "sellingPartnerMetadata": None}
        record = self.parse(**bare)
        self.assertEqual((record.site, record.posted_on), ("", date(2026, 11, 16)))
        plain = {
            "items": None,
            "breakdowns": None,
            "postedDate": "2026-11-16T03:00:00Z",
        }
        record = self.parse(**bare, **plain, totalAmount=money(1, "USD"))
        self.assertEqual(record.posted_on, date(2026, 11, 15))

    def test_what_cannot_be_right(self):
        for changes, code in (
            ({"totalAmount": None}, "missing_field"),
            ({"totalAmount": money("a lot")}, "bad_field"),
            ({"totalAmount": money(True)}, "bad_field"),
            ({"totalAmount": money(25.39, "USD")}, "mixed_currencies"),
            ({"postedDate": None}, "missing_field"),
            ({"postedDate": "yesterday"}, "bad_field"),
            ({"transactionStatus": "LOST"}, "unknown_word"),
            ({"items": "none"}, "bad_field"),
        ):
            with self.subTest(changes), self.assertRaises(Refused) as caught:
                self.parse(**changes)
            self.assertEqual(caught.exception.code, code)

    def test_amazons_own_examples(self):
        model = amazon_model("finances_2024-06-19.json")
        told = [
            each
            for name, _status, body in examples(model, successes=True)
            if name == "listTransactions"
            for each in body["payload"]["transactions"]
        ]
        told.append(model["definitions"]["Transaction"]["example"])
        for each in told:
            record = parse_transaction(document(each))
            self.assertWhole(record)
            self.assertEqual(record.total.amount, 10)
            self.assertEqual(record.order_ref, "8129762527551")
        self.assertEqual(words(record), {("Product Charges", "Principle"): Decimal(10)})
        self.assertEqual(record.lines[0].fulfilment, "fbm")


amounts = st.one_of(
    st.integers(-(10**9), 10**9),
    st.decimals(-(10**9), 10**9, places=2, allow_nan=False),
)
trees = st.recursive(
    st.lists(st.tuples(st.sampled_from("ABC"), st.none() | amounts, st.none())),
    lambda below: st.lists(
        st.tuples(st.sampled_from("ABC"), st.none() | amounts, st.none() | below),
        max_size=3,
    ),
    max_leaves=12,
)


def told(tree):
    return tree and [
        {
            "breakdownType": word,
            "breakdownAmount": None if amount is None else money(amount),
            "breakdowns": told(below),
        }
        for word, amount, below in tree
    ]


class TestAnyTree(PureCase):
    @given(amounts, trees, st.none() | st.lists(st.tuples(st.none() | amounts, trees)))
    def test_lines_add_up_to_the_total(self, total, tree, items):
        shown = [
            {
                "totalAmount": None if amount is None else money(amount),
                "breakdowns": told(below),
            }
            for amount, below in items or ()
        ]
        body = {
            **SHIPMENT,
            "totalAmount": money(total),
            "breakdowns": told(tree),
            "items": items and shown,
        }
        record = parse_transaction(document(body_of(body)))
        found = sum((each.amount for each in record.lines), Decimal(0))
        self.assertEqual(found, Decimal(total))


class TestPayouts(PureCase):
    def example(self):
        model = amazon_model("transfers_2024-06-01.json")
        [found, *_same] = [
            body["payouts"][0]
            for name, _status, body in examples(model, successes=True)
            if name == "listPayouts"
        ]
        return found

    def parse(self, **changes):
        return parse_payout(document({**self.example(), **changes}, "payout"))

    def test_amazons_own_example(self):
        record = self.parse()
        self.assertEqual((record.ref, record.status), ("11888387941", PAYOUT_PAID))
        self.assertEqual(str(record.amount.amount), "1250.75")
        self.assertEqual(record.amount.currency, "USD")
        self.assertEqual((record.account_tail, record.trace_ref)[0], "1234")
        self.assertEqual(record.trace_ref, "4B03616UONXSAWP")
        self.assertEqual(record.settlement_refs, ("11888387941",))

    def test_one_of_nothing_is_in_the_marketplaces_currency(self):
        nothing = {"amount": None, "type": None, "creationDate": None}
        record = self.parse(**nothing, currentStatus="NO_PAYOUT")
        self.assertEqual(record.status, PAYOUT_NONE)
        self.assertEqual((record.amount.amount, record.amount.currency), (0, "USD"))
        self.assertEqual(record.created_at.date(), date(2024, 6, 1))
        self.assertEqual(self.parse(currentStatus="CANCELLED").status, PAYOUT_FAILED)
        with self.assertRaises(Refused):
            self.parse(currentStatus="EATEN")


class TestProductDays(PureCase):
    def parse(self, *rows):
        body = {"marketplaceId": US, "day": "2026-11-19", "economics": list(rows)}
        return parse_product_day(document(body, "product_day"))

    def row(self, sku="LAMP", sales=40.0, units=2, ads=(), **more):
        return {
            "startDate": "2026-11-19",
            "msku": sku,
            "childAsin": "B01",
            "sales": {
                "orderedProductSales": {"amount": sales, "currencyCode": "USD"},
                "unitsOrdered": units,
                "unitsRefunded": 0,
            },
            "ads": [
                {
                    "adTypeName": name,
                    "charge": {"totalAmount": {"amount": cost, "currencyCode": "USD"}},
                }
                for name, cost in ads
            ],
            **more,
        }

    def test_sales_and_what_advertising_cost(self):
        ads = (("Sponsored Products charge", 3.1), ("Sponsored Brands charge", 0.2))
        record = self.parse(self.row(ads=ads))
        self.assertEqual((record.since, record.until.day), (date(2026, 11, 19), 20))
        [day] = record.days
        self.assertEqual((day.sales, day.units, day.ad_cost), (40, 2, Decimal("3.3")))
        self.assertEqual(dict(day.ad_costs)["Sponsored Brands charge"], Decimal("0.2"))
        self.assertIsNone(day.ad_sales)

    def test_a_sku_of_several_products_is_one(self):
        ads = (("Sponsored Products charge", 1),)
        [day] = self.parse(self.row(ads=ads), self.row(ads=ads, units=3)).days
        self.assertEqual((day.units, day.ad_cost, day.sales), (5, 2, 80))

    def test_what_is_null_is_nothing(self):
        [day] = self.parse(self.row(ads=(), sales=None)).days
        self.assertEqual((day.sales, day.ad_cost, day.currency), (0, 0, "USD"))
        [day] = self.parse({"msku": "LAMP", "sales": None, "ads": [None]}).days
        self.assertEqual((day.units, day.currency), (0, "USD"))
        self.assertEqual(self.parse().days, ())

    def test_an_unknown_charge_is_not_taken_for_nothing(self):
        with self.assertRaises(Refused):
            self.parse(self.row() | {"ads": [{"adTypeName": "X", "charge": None}]})
