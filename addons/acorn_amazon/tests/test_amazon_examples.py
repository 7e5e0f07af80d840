from datetime import datetime
from decimal import Decimal

from odoo.tests import tagged

from .common import AmazonCase
from .common_pure import amazon_model, examples

MODEL = "orders_2026-01-01.json"
# Whose account in the local Amazon sells on the sites of the examples.
ACCOUNTS = {"US": "na", "BR": "na", "GB": "eu", "TR": "eu", "JP": "jp"}
SITES = {
    "ATVPDKIKX0DER": "US",
    "A2Q3Y263D00KWC": "BR",
    "A1F83G8C2ARO7P": "GB",
    "A33AVAJ2PDY3EV": "TR",
    "A1VC38T7YXB528": "JP",
}
STATES = {"UNSHIPPED": "sale", "SHIPPED": "sale", "PENDING": "draft"}


@tagged("post_install", "-at_install")
class TestAmazonExamples(AmazonCase):
    """Amazon's own examples go the whole way: over HTTP into sale orders."""

    def setUp(self):
        model = amazon_model(MODEL)
        self.errors = [body for *_at, body in examples(model, successes=False)]
        self.orders = {
            raw["orderId"]: raw
            for *_at, body in examples(model, successes=True)
            for raw in body.get("orders") or [body["order"]]
        }
        super().setUp()
        self.world.clock.freeze(datetime.fromisoformat("2025-03-16T00:00:00+00:00"))
        for code, key in ACCOUNTS.items():
            account = self.world.accounts[key]
            account.sites = tuple(dict.fromkeys((*account.sites, code)))
        self.shops = {
            key: self.shop if key == "eu" else self.make_shop(self.world.accounts[key])
            for key in ("na", "eu", "jp")
        }
        for shop in self.shops.values():
            shop.orders_since = shop.stock_since = "2024-12-20"
            shop.stream_ids.unlink()
            self.connect(shop)

    def test_every_order_becomes_a_sale_order(self):
        self.assertEqual(len(self.orders), 8)
        for raw in self.orders.values():
            code = SITES[raw["salesChannel"]["marketplaceId"]]
            self.world.put_order(raw, account=ACCOUNTS[code])
        for shop in self.shops.values():
            self.drain(shop)
        for raw in self.orders.values():
            with self.subTest(order=raw["orderId"]):
                self.check(raw, *self.arrived(raw))

    def arrived(self, raw):
        code = SITES[raw["salesChannel"]["marketplaceId"]]
        shop = self.shops[ACCOUNTS[code]]
        order = self.env["sale.order"].search(
            [("acorn_shop_id", "=", shop.id), ("acorn_ref", "=", raw["orderId"])]
        )
        message = self.env["acorn.message"].search(
            [("shop_id", "=", shop.id), ("key", "=", raw["orderId"])]
        )
        return order, message

    def check(self, raw, order, message):
        # The examples' SKUs are nobody's: that is all there is to be told.
        self.assertIn("No product is known", message.error)
        self.assertEqual(order.state, STATES[raw["fulfillment"]["fulfillmentStatus"]])
        self.assertEqual(
            order.acorn_site_id.channel_ref, raw["salesChannel"]["marketplaceId"]
        )
        self.check_amounts(raw, order)
        self.check_buyer(raw, order)
        self.check_items(raw, order)

    def check_amounts(self, raw, order):
        total = raw.get("proceeds", {}).get("grandTotal")
        if not total:
            return
        self.assertEqual(order.currency_id.name, total["currencyCode"])
        paid = order.currency_id.round(order.amount_total + order.acorn_channel_tax)
        self.assertEqual(Decimal(str(paid)), Decimal(total["amount"]))

    def check_items(self, raw, order):
        lines = {line.acorn_line_ref: line for line in order.order_line}
        for item in raw["orderItems"]:
            line = lines[item["orderItemId"]]
            self.assertEqual(line.acorn_offer_id.sku, item["product"]["sellerSku"])
            self.assertEqual(line.product_uom_qty, item["quantityOrdered"])
            self.assertIn(item["product"]["title"], line.name)
            for part in item.get("proceeds", {}).get("breakdowns", ()):
                if part["type"] == "ITEM":
                    net = Decimal(part["subtotal"]["amount"])
                    self.assertEqual(Decimal(str(line.price_subtotal)), net)

    def check_buyer(self, raw, order):
        address = raw.get("recipient", {}).get("deliveryAddress")
        if address:
            place = order.partner_shipping_id
            self.assertEqual(place.country_id.code, address["countryCode"])
            self.assertEqual(place.zip or "", address.get("postalCode", ""))
            self.assertIn(address["name"], place.name)
        registrations = raw.get("tax", {}).get("taxRegistrations", ())
        for registration in registrations:
            if registration["entityType"] == "BUYER":
                number = registration["taxRegistrationNumber"]
                self.assertEqual(order.acorn_buyer_tax_number, number)

    def test_every_error_is_told_and_loses_nothing(self):
        self.assertTrue(self.errors)
        self.drain()
        stream = self.shop.stream_ids.filtered(lambda stream: stream.kind == "order")
        for body in self.errors:
            with self.subTest(error=body):
                self.world.clock.advance(hours=1)
                before = stream.cursor
                self.world.add_fault(
                    operation="searchOrders", status=400, body=body, times=1
                )
                self.drain()
                self.assertIn("Invalid Input", stream.error)
                self.assertEqual(stream.cursor, before)
                self.drain()
                self.assertFalse(stream.error)
