import json
from datetime import datetime
from decimal import Decimal

from odoo.addons.acorn_base import records
from odoo.addons.acorn_base.channel import UTC, Refused

from ..parse.order import STATUSES, parse_order
from .common_pure import GOLDEN, PureCase, amazon_model, examples

NAMES = (
    "order_us_merchant",
    "order_de_amazon",
    "order_jp_cod",
    "order_pending",
    "order_non_amazon",
    "order_br_replacement",
)


def payload(name="order_us_merchant"):
    return json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


def parse(data):
    return parse_order(json.dumps(data).encode())


class TestParseOrder(PureCase):
    def test_golden_orders(self):
        for name in NAMES:
            with self.subTest(name):
                self.assertGolden(f"{name}.expected.json", parse(payload(name)))

    def test_each_of_amazons_examples_gives_its_golden_order(self):
        orders = [
            order
            for _operation, _status, body in examples(
                amazon_model("orders_2026-01-01.json"), successes=True
            )
            for order in body.get("orders") or [body["order"]]
        ]
        self.assertEqual(len(orders), 8)
        for order in orders:
            with self.subTest(order["orderId"]):
                found = parse(order)
                self.assertGolden(f"amazon_{found.ref}.expected.json", found)
                self.assertAddsUp(found)

    def assertAddsUp(self, order):
        for line in order.lines:
            self.assertEqual(sum(c.net + c.tax for c in line.charges), line.total)

    def test_what_must_be_there_is_named_by_its_path(self):
        for path in (
            "orderId",
            "createdTime",
            "lastUpdatedTime",
            "fulfillment",
            "fulfillment.fulfillmentStatus",
            "fulfillment.fulfilledBy",
            "salesChannel",
            "salesChannel.channelName",
            "salesChannel.marketplaceId",
            "orderItems",
            "orderItems[1].orderItemId",
            "orderItems[1].quantityOrdered",
            "orderItems[1].product",
            "orderItems[1].product.sellerSku",
            "orderItems[0].proceeds.breakdowns[2].subtotal",
            "orderItems[0].proceeds.breakdowns[2].type",
            "proceeds.grandTotal.currencyCode",
            "packages[0].packageReferenceId",
        ):
            for value in (None, "gone"):
                with self.subTest(path, value=value):
                    data = payload()
                    _change(data, path, value)
                    self.assertRefused("missing_field", f" {path}.", data)

    def assertRefused(self, code, words, data):
        with self.assertRaises(Refused) as caught:
            parse(data)
        self.assertEqual(caught.exception.code, code)
        self.assertIn(words, str(caught.exception))

    def test_what_cannot_be_read_is_named_but_not_told(self):
        for path, value in (
            ("orderItems", {"a": 1}),
            ("orderItems[0].quantityOrdered", "three"),
            ("orderItems[0].quantityOrdered", True),
            ("orderItems[0].quantityOrdered", 1.5),
            ("createdTime", "yesterday"),
            ("createdTime", "2026-11-18T09:00:00"),
            ("buyer", "Ada Lovelace"),
            ("buyer.buyerName", {"first": "Ada"}),
            ("proceeds.grandTotal.amount", 53.62),
            ("proceeds.grandTotal.amount", "53,62"),
            ("proceeds.grandTotal.amount", "NaN"),
            ("proceeds.grandTotal.amount", "1_000"),
        ):
            with self.subTest(path, value=value):
                data = payload()
                _change(data, path, value)
                self.assertRefused("bad_field", path, data)
                with self.assertRaises(Refused) as caught:
                    parse(data)
                self.assertNotIn("Ada", str(caught.exception))

    def test_words_that_decide_about_goods_and_money_must_be_known(self):
        for path in ("salesChannel.channelName", "fulfillment.fulfilledBy"):
            data = payload()
            _change(data, path, "SOMETHING_NEW")
            self.assertRefused("unknown_word", path, data)

    def test_a_new_status_is_kept_and_shown_but_not_understood(self):
        data = payload()
        data["fulfillment"]["fulfillmentStatus"] = "INVOICE_UNCONFIRMED"
        order = parse(data)
        self.assertEqual(
            (order.status, order.status_text), (records.UNKNOWN, "INVOICE_UNCONFIRMED")
        )

    def test_every_status_of_the_model_is_known(self):
        model = amazon_model("orders_2026-01-01.json")
        words = model["definitions"]["FulfillmentStatus"]["enum"]
        self.assertLessEqual(set(words), set(STATUSES))

    def test_no_json_at_all(self):
        for body in (b"", b"<html>", b'{"orderId": "1', b"\xff\xfe"):
            with self.subTest(body), self.assertRaises(Refused) as caught:
                parse_order(body)
            self.assertEqual(caught.exception.code, "bad_document")
        with self.assertRaises(Refused):
            parse_order(b"[]")

    def test_amounts_in_two_currencies_are_refused(self):
        data = payload()
        data["orderItems"][1]["proceeds"]["proceedsTotal"]["currencyCode"] = "CAD"
        self.assertRefused("mixed_currencies", "CAD, USD", data)

    def test_times_are_utc_whatever_the_offset(self):
        order = parse(payload("order_de_amazon"))
        self.assertEqual(order.updated_at, datetime(2026, 11, 19, 9, tzinfo=UTC))
        self.assertIs(order.updated_at.tzinfo, UTC)

    def test_texts_lose_what_postgresql_cannot_keep(self):
        data = payload()
        data["buyer"]["buyerName"] = "A\0d\ud83da"
        self.assertEqual(parse(data).buyer.name, "Ada")

    def test_unknown_fields_change_nothing(self):
        data = payload()
        expected = parse(data)
        data["somethingNew"] = {"a": [1, None]}
        data["orderItems"][0]["somethingNew"] = 1.5
        self.assertEqual(parse(data), expected)

    def test_tax_is_the_channels_when_amazon_collects_or_is_deemed_to_sell(self):
        cases = (
            ({}, False),
            ({"taxCollections": [{"model": "MARKETPLACE_FACILITATOR"}]}, True),
            ({"taxCollections": [{"model": "SOMETHING_NEW"}]}, False),
            ({"taxCalculationBreakdowns": [{"reportingScheme": "UOSS"}]}, True),
            ({"taxCalculationBreakdowns": [{"reportingScheme": "IOSS"}]}, True),
            ({"taxCalculationBreakdowns": [{}]}, False),
        )
        for tax, expected in cases:
            with self.subTest(tax):
                data = payload("order_jp_cod")
                data["orderItems"][0]["tax"] = tax
                self.assertIs(parse(data).lines[0].tax_by_channel, expected)

    def test_a_pending_tip_counts_only_if_the_total_has_it(self):
        for total, tips in (("53.62", 1), ("51.62", 0), ("99.99", 1)):
            data = payload()
            data["proceeds"]["breakdowns"][1]["status"] = "PENDING"
            data["proceeds"]["grandTotal"]["amount"] = total
            with self.subTest(total):
                self.assertEqual(len(parse(data).order_charges), tips)

    def test_a_unit_price_stands_in_for_breakdowns_only_if_it_fits(self):
        for total, charges in ((None, 1), ("19.98", 1), ("25.00", 0)):
            data = payload("order_pending")
            item = data["orderItems"][0]
            if total:
                amount = {"amount": total, "currencyCode": "EUR"}
                item["proceeds"] = {"proceedsTotal": amount}
            line = parse(data).lines[0]
            with self.subTest(total):
                self.assertEqual(len(line.charges), charges)
                self.assertEqual(line.total, total and Decimal(total))


def _change(data, path, value):
    """Set what stands at a path; ``gone`` deletes it."""
    names = path.replace("[", ".").replace("]", "").split(".")
    names = [int(name) if name.isdecimal() else name for name in names]
    for name in names[:-1]:
        data = data[name]
    if value == "gone":
        del data[names[-1]]
    else:
        data[names[-1]] = value
