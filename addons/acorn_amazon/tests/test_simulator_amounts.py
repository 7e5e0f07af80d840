"""The local Amazon: what orders cost, and that Amazon's sums hold."""

from decimal import Decimal

from ..simulator import World
from ..simulator.accounts import MARKETPLACES
from ..simulator.clock import Clock
from .test_simulator import START, SimulatorCase


def value(money):
    return Decimal(money["amount"])


def parts(item):
    """{type: amount} of an item's breakdowns."""
    breakdowns = item["proceeds"]["breakdowns"]
    return {part["type"]: value(part["subtotal"]) for part in breakdowns}


def details(item, kind):
    """{subtype: amount} of one breakdown."""
    for part in item["proceeds"]["breakdowns"]:
        if part["type"] == kind:
            found = part.get("detailedBreakdowns", [])
            return {each["subtype"]: value(each["value"]) for each in found}
    return {}


class AmountsCase(SimulatorCase):
    def assertAddsUp(self, order):
        """Amazon's arithmetic, as its own examples show it."""
        total = Decimal(0)
        for item in order["orderItems"]:
            item_total = value(item["proceeds"]["proceedsTotal"])
            self.assertEqual(item_total, sum(parts(item).values()))
            for kind in ("TAX", "DISCOUNT"):
                if found := details(item, kind):
                    self.assertEqual(sum(found.values()), parts(item)[kind])
            total += item_total
        proceeds = order["proceeds"]
        shown = {
            part["type"]: value(part["subtotal"])
            for part in proceeds.get("breakdowns", [])
        }
        grand_total = value(proceeds["grandTotal"])
        self.assertEqual(grand_total, total + shown.get("DELIVERY_TIP", 0))
        if shown:
            self.assertEqual(grand_total, sum(shown.values()))

    def assertAmountsLook(self, order):
        """Two decimals, or none; one currency; nobody is paid for buying."""
        site = order["salesChannel"]["marketplaceId"]
        currency = next(m.currency for m in MARKETPLACES.values() if m.id == site)
        form = r"^\d+$" if currency == "JPY" else r"^\d+\.\d\d$"
        for item in order["orderItems"]:
            money = item["proceeds"]["proceedsTotal"]
            self.assertEqual(money["currencyCode"], currency)
            self.assertRegex(money["amount"], form)


class TestGenerated(AmountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.generated = World.quiet(clock=Clock(START, scale=0))
        for key in cls.generated.accounts:
            cls.generated.generate_orders(key, 1200)

    def make_world(self):
        return self.generated

    def test_thousands_of_orders_add_up_in_every_currency(self):
        paid = [order for order in self.world.find_orders() if "proceeds" in order]
        self.assertGreater(len(paid), 3400)
        for order in paid:
            self.assertAddsUp(order)
            self.assertAmountsLook(order)
        currencies = {order["proceeds"]["grandTotal"]["currencyCode"] for order in paid}
        self.assertEqual(currencies, {"USD", "CAD", "MXN", "EUR", "PLN", "GBP", "JPY"})

    def test_everything_that_makes_orders_difficult_occurs(self):
        orders = self.world.find_orders()
        items = [item for order in orders for item in order["orderItems"]]
        kinds = {kind for item in items if "proceeds" in item for kind in parts(item)}
        expected = {"ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE", "TAX", "DISCOUNT"}
        self.assertEqual(kinds, expected)
        uneven = [
            item
            for item in items
            if "proceeds" in item
            and item["quantityOrdered"] > 1
            and parts(item)["ITEM"] * 100 % item["quantityOrdered"]
        ]
        self.assertGreater(len(uneven), 100)
        self.assertEqual(
            {
                scheme["reportingScheme"]
                for item in items
                for scheme in item.get("tax", {}).get("taxCalculationBreakdowns", [])
            },
            {"UOSS", "IOSS"},
        )
        for odd in (
            lambda order: order["salesChannel"]["channelName"] == "NON_AMAZON",
            lambda order: order.get("associatedOrders"),
            lambda order: "AMAZON_BUSINESS" in order.get("programs", []),
            lambda order: order.get("tax", {}).get("taxRegistrations"),
            lambda order: order.get("payment"),
            lambda order: "recipient" not in order,
            lambda order: order.get("recipient", {}).get("deliveryPreference"),
            lambda order: len(order["orderItems"]) > 2,
            lambda order: "breakdowns" in order.get("proceeds", {}),
        ):
            self.assertTrue(any(map(odd, orders)))
        for odd in (
            lambda item: item.get("expense"),
            lambda item: item.get("promotion"),
            lambda item: item["fulfillment"].get("packing"),
            lambda item: item["fulfillment"].get("shipping"),
        ):
            self.assertTrue(any(map(odd, items)))


class TestPlaced(AmountsCase):
    def item(self, site, line, **wishes):
        order = self.place(site, {"sku": "OAK-MUG-4"} | line, **wishes)
        self.assertAddsUp(order)
        return order["orderItems"][0]

    def test_europe_takes_vat_out_of_the_price(self):
        item = self.item("DE", {"price": "9.99", "quantity": 3})
        self.assertEqual(
            parts(item), {"ITEM": Decimal("25.18"), "TAX": Decimal("4.79")}
        )
        self.assertEqual(details(item, "TAX"), {"ITEM": Decimal("4.79")})
        self.assertEqual(item["product"]["price"]["unitPrice"]["amount"], "8.39")
        self.assertNotIn("tax", item)

    def test_america_adds_tax_and_amazon_hands_it_in(self):
        address = {"stateOrRegion": "WA"}
        item = self.item("US", {"price": "20.00"}, address=address)
        self.assertEqual(
            parts(item), {"ITEM": Decimal("20.00"), "TAX": Decimal("2.07")}
        )
        [collection] = item["tax"]["taxCollections"]
        self.assertEqual(collection["model"], "MARKETPLACE_FACILITATOR")
        oregon = self.item("US", {"price": "20.00"}, address={"stateOrRegion": "OR"})
        self.assertEqual(parts(oregon), {"ITEM": Decimal("20.00")})

    def test_japan_tells_whole_yen_no_tax_and_points(self):
        item = self.item("JP", {"quantity": 2, "points": 70})
        self.assertEqual(parts(item), {"ITEM": Decimal(6960)})
        points = item["expense"]["pointsCost"]["pointsGranted"]
        self.assertEqual(points["pointsNumber"], 70)
        self.assertEqual(points["pointsMonetaryValue"]["amount"], "70")

    def test_union_and_import_schemes(self):
        for tax in ("uoss", "ioss"):
            item = self.item("FR", {}, tax=tax)
            [scheme] = item["tax"]["taxCalculationBreakdowns"]
            self.assertEqual(scheme["reportingScheme"], tax.upper())
            self.assertTrue(item["tax"]["taxCollections"])
            shipping = item["fulfillment"].get("shipping", {})
            self.assertEqual("internationalShipping" in shipping, tax == "ioss")
        item = self.item("GB", {}, tax="collected")
        self.assertEqual(list(item["tax"]), ["taxCollections"])

    def test_taxes_of_ones_own(self):
        none = self.item("DE", {"price": "10.00"}, tax=None)
        self.assertEqual(parts(none), {"ITEM": Decimal("10.00")})
        own = self.item("DE", {"price": "10.00"}, tax={"rate": 7, "included": False})
        self.assertEqual(parts(own)["TAX"], Decimal("0.70"))

    def test_all_kinds_of_charges(self):
        line = {
            "total": "20.00",
            "quantity": 3,
            "shipping": "4.00",
            "gift_wrap": "3.50",
            "gift_message": "Alles Gute",
            "discount": "2.00",
            "shipping_discount": "4.00",
        }
        tax = {"rate": 19, "included": True}
        item = self.item("DE", line, tax=tax)
        self.assertEqual(value(item["proceeds"]["proceedsTotal"]), Decimal("21.50"))
        self.assertEqual(
            details(item, "DISCOUNT"),
            {"ITEM": Decimal("-1.68"), "SHIPPING": Decimal("-3.36")},
        )
        self.assertEqual(details(item, "TAX")["DISCOUNT"], Decimal("-0.96"))
        self.assertEqual(
            item["fulfillment"]["packing"]["giftOption"],
            {"giftMessage": "Alles Gute", "giftWrapLevel": "STANDARD"},
        )
        self.assertEqual(len(item["promotion"]["breakdowns"]), 2)

    def test_discounts_may_be_told_without_a_minus(self):
        line = {"price": "10.00", "discount": "2.00"}
        tax = {"rate": 19, "included": True}
        usual = self.place("DE", {"sku": "OAK-MUG-4"} | line, tax=tax)
        self.world.set_options(discount_sign=1)
        other = self.place("DE", {"sku": "OAK-MUG-4"} | line, tax=tax)
        [minus], [plus] = usual["orderItems"], other["orderItems"]
        self.assertEqual(plus["proceeds"]["proceedsTotal"]["amount"], "8.00")
        self.assertEqual(
            plus["proceeds"]["proceedsTotal"], minus["proceeds"]["proceedsTotal"]
        )
        self.assertEqual(parts(plus)["DISCOUNT"], -parts(minus)["DISCOUNT"])
        self.assertEqual(
            details(plus, "TAX")["DISCOUNT"], -details(minus, "TAX")["DISCOUNT"]
        )

    def test_a_tip_belongs_to_the_order(self):
        order = self.place(
            "US", {"sku": "OAK-MUG-4", "price": "20.00"}, tip="5.00", tax=None
        )
        self.assertAddsUp(order)
        self.assertEqual(order["proceeds"]["grandTotal"]["amount"], "25.00")
        tip = order["proceeds"]["breakdowns"][-1]
        self.assertEqual((tip["type"], tip["status"]), ("DELIVERY_TIP", "FINALIZED"))

    def test_cash_on_delivery(self):
        order = self.place(
            "JP", {"sku": "OAK-MUG-4", "cod_fee": "330"}, payment="CashOnDelivery"
        )
        [execution] = order["payment"]["paymentExecutions"]
        self.assertEqual(
            execution["paymentAmount"], {"amount": "3810", "currencyCode": "JPY"}
        )

    def test_a_sku_that_the_catalogue_does_not_know(self):
        order = self.place("DE", {"sku": "MINE", "price": "5.00", "asin": "B000000001"})
        product = order["orderItems"][0]["product"]
        self.assertEqual(
            (product["sellerSku"], product["asin"]), ("MINE", "B000000001")
        )


class TestEdits(AmountsCase):
    """Amounts follow when quantities change."""

    def setUp(self):
        super().setUp()
        line = {"sku": "OAK-MUG-4", "quantity": 7, "total": "99.99"}
        line |= {"shipping": "5.01", "discount": "10.00"}
        self.order = self.place("FR", line, {"sku": "OAK-APRON"}, with_breakdowns=True)
        self.order_id = self.order["orderId"]
        self.item_id = self.order["orderItems"][0]["orderItemId"]

    def test_another_quantity(self):
        for quantity in (3, 1, 5):
            order = self.world.edit_line(self.order_id, self.item_id, quantity=quantity)
            self.assertAddsUp(order)
            item = order["orderItems"][0]
            self.assertEqual(item["quantityOrdered"], quantity)
            self.assertEqual(item["fulfillment"]["quantityUnfulfilled"], quantity)

    def test_units_that_are_cancelled(self):
        order = self.world.edit_line(self.order_id, self.item_id, cancelled=2)
        self.assertAddsUp(order)
        item = order["orderItems"][0]
        self.assertEqual(item["quantityOrdered"], 7)
        self.assertEqual(item["fulfillment"]["quantityUnfulfilled"], 5)
        self.assertEqual(
            item["cancellation"]["cancellationExecution"], {"cancelledBy": "MERCHANT"}
        )
        self.world.set_options(cancelled_keeps_quantity=False)
        order = self.world.edit_line(self.order_id, self.item_id, cancelled=1)
        self.assertEqual(order["orderItems"][0]["quantityOrdered"], 6)

    def test_the_last_unit_cancels_the_order(self):
        for item in self.order["orderItems"]:
            count = item["quantityOrdered"]
            order = self.world.edit_line(
                self.order_id, item["orderItemId"], cancelled=count
            )
        self.assertEqual(order["fulfillment"]["fulfillmentStatus"], "CANCELLED")

    def test_the_rest_of_a_partly_shipped_order_is_cancelled(self):
        shipped = {self.item_id: 7}
        self.world.set_status(self.order_id, "PARTIALLY_SHIPPED", shipped)
        order = self.world.cancel_order(self.order_id, by="MERCHANT")
        self.assertEqual(order["fulfillment"]["fulfillmentStatus"], "SHIPPED")
        self.assertAddsUp(order)
        self.assertEqual(value(order["orderItems"][1]["proceeds"]["proceedsTotal"]), 0)

    def test_what_cannot_be(self):
        self.world.set_status(self.order_id, "PARTIALLY_SHIPPED", {self.item_id: 4})
        for change in ({"quantity": 3}, {"quantity": 0}, {"cancelled": 4}):
            with self.subTest(**change), self.assertRaises(ValueError):
                self.world.edit_line(self.order_id, self.item_id, **change)
        for status, shipped in (
            ("LOST", None),
            ("PARTIALLY_SHIPPED", None),
            ("PARTIALLY_SHIPPED", {self.item_id: 4}),
        ):
            with self.subTest(status), self.assertRaises(ValueError):
                self.world.set_status(self.order_id, status, shipped)
