"""The local Amazon: confirmShipment, parcel by parcel."""

from copy import deepcopy

from ..simulator import World
from ..simulator.accounts import MARKETPLACES
from ..simulator.clock import Clock, iso
from .test_simulator import START, SimulatorCase

DE, FR = MARKETPLACES["DE"].id, MARKETPLACES["FR"].id


class ShipmentCase(SimulatorCase):
    def setUp(self):
        super().setUp()
        lines = ({"sku": "OAK-MUG-4", "quantity": 3}, {"sku": "OAK-APRON"})
        self.order_id = self.place("DE", *lines)["orderId"]
        items = self.world.order(self.order_id)["orderItems"]
        self.mugs, self.apron = (item["orderItemId"] for item in items)

    def parcel(self, number="1", *, mugs=0, aprons=0, **changes):
        quantities = {self.mugs: mugs, self.apron: aprons}
        package = {
            "packageReferenceId": number,
            "carrierCode": "DHL",
            "trackingNumber": f"00340434-{number}",
            "shipDate": iso(START),
            "orderItems": [
                {"orderItemId": item, "quantity": quantity}
                for item, quantity in quantities.items()
                if quantity
            ],
        }
        return {"marketplaceId": DE, "packageDetail": package | changes}

    def confirm(self, body, order_id=None, **options):
        path = f"/orders/v0/orders/{order_id or self.order_id}/shipmentConfirmation"
        return self.call("POST", path, body, **options)

    def state(self):
        """(status, [(shipped, open) of each item])"""
        order = self.world.order(self.order_id)
        quantities = [item["fulfillment"] for item in order["orderItems"]]
        return order["fulfillment"]["fulfillmentStatus"], [
            (each["quantityFulfilled"], each["quantityUnfulfilled"])
            for each in quantities
        ]

    def packages(self):
        return self.world.order(self.order_id).get("packages", [])


class TestConfirm(ShipmentCase):
    def test_one_parcel_with_everything(self):
        self.pass_time(minutes=10)
        body = self.parcel(mugs=3, aprons=1, shippingMethod="DHL Paket")
        reply = self.confirm(body)
        self.assertEqual((reply.status, reply.data), (204, b""))
        self.assertEqual(self.state(), ("SHIPPED", [(3, 0), (1, 0)]))
        [package] = self.packages()
        self.assertEqual(package["carrier"], "DHL")
        self.assertEqual(package["shippingService"], "DHL Paket")
        self.assertEqual(package["packageStatus"], {"status": "SHIPPED"})
        self.assertEqual(package["shipTime"], iso(START))
        order = self.world.order(self.order_id)
        self.assertEqual(order["lastUpdatedTime"], iso(self.world.clock.now()))

    def test_a_carrier_by_name(self):
        body = self.parcel(mugs=1, carrierCode="Other", carrierName="Radkurier")
        self.assertEqual(self.confirm(body).status, 204)
        self.assertEqual(self.packages()[0]["carrier"], "Radkurier")

    def test_several_parcels(self):
        self.confirm(self.parcel("1", mugs=2))
        self.assertEqual(self.state(), ("PARTIALLY_SHIPPED", [(2, 1), (0, 1)]))
        self.confirm(self.parcel("2", mugs=1))
        self.assertEqual(self.state(), ("PARTIALLY_SHIPPED", [(3, 0), (0, 1)]))
        self.confirm(self.parcel("3", aprons=1))
        self.assertEqual(self.state(), ("SHIPPED", [(3, 0), (1, 0)]))
        numbers = [package["packageReferenceId"] for package in self.packages()]
        self.assertEqual(numbers, ["1", "2", "3"])

    def test_the_same_number_edits_the_parcel(self):
        self.confirm(self.parcel("1", mugs=3, aprons=1))
        again = self.parcel("1", mugs=3, aprons=1, trackingNumber="NEW")
        self.assertEqual(self.confirm(again).status, 204)
        [package] = self.packages()
        self.assertEqual(package["trackingNumber"], "NEW")
        self.assertEqual(self.state(), ("SHIPPED", [(3, 0), (1, 0)]))
        self.assertEqual(self.confirm(self.parcel("1", mugs=1)).status, 204)
        self.assertEqual(self.state(), ("PARTIALLY_SHIPPED", [(1, 2), (0, 1)]))

    def test_shipments_that_came_are_remembered(self):
        self.confirm(self.parcel("7", mugs=1))
        self.confirm(self.parcel("x", mugs=1))
        [received] = self.world.received_shipments()
        self.assertEqual(received["orderId"], self.order_id)
        self.assertEqual(received["packageReferenceId"], "7")
        self.assertEqual(received["account"], "eu")

    def test_the_sellers_own_history_is_not_among_them(self):
        lively = World(clock=Clock(START, scale=0))
        self.assertTrue(lively.find_orders(status="SHIPPED", fulfilled_by="MERCHANT"))
        self.assertEqual(lively.received_shipments(), [])

    def test_parcels_arrive(self):
        self.confirm(self.parcel(mugs=3, aprons=1))
        self.pass_time(hours=41)
        self.world.health()
        [package] = self.packages()
        self.assertEqual(package["packageStatus"]["status"], "DELIVERED")
        order = self.world.order(self.order_id)
        self.assertGreater(order["lastUpdatedTime"], iso(START))


class TestRefusals(ShipmentCase):
    """Everything Amazon objects to, and that nothing has happened then."""

    def assertRefused(self, body, words="", order_id=None):
        before = deepcopy(self.world.order(self.order_id))
        self.assertInvalid(self.confirm(body, order_id), words)
        self.assertEqual(self.world.order(self.order_id), before)
        self.assertEqual(self.world.received_shipments(), [])

    def test_no_body(self):
        for body in (None, "{", "[]", '"text"'):
            self.assertRefused(body, "no JSON body")

    def test_the_marketplace(self):
        body = self.parcel(mugs=1)
        self.assertRefused(body | {"marketplaceId": FR}, "MarketplaceId")
        del body["marketplaceId"]
        self.assertRefused(body, "MarketplaceId is missing")

    def test_fields_that_are_missing_or_of_another_type(self):
        for name, value in (
            ("packageReferenceId", None),
            ("packageReferenceId", 1),
            ("carrierCode", None),
            ("carrierCode", ""),
            ("trackingNumber", None),
            ("shipDate", None),
            ("orderItems", None),
            ("orderItems", {}),
            ("carrierName", 7),
        ):
            with self.subTest(name, value=value):
                self.assertRefused(self.parcel(mugs=1, **{name: value}), name)
        self.assertRefused({"marketplaceId": DE}, "PackageDetail")

    def test_a_parcel_without_tracking_number_is_taken_or_not(self):
        body = self.parcel(mugs=1, trackingNumber="")
        self.world.set_options(untracked_parcels=False)
        self.assertRefused(body, "trackingNumber")
        self.world.set_options(untracked_parcels=True)
        self.assertEqual(self.confirm(body).status, 204)
        self.assertNotIn("trackingNumber", self.packages()[0])

    def test_the_number_of_the_parcel_is_positive(self):
        for number in ("0", "-1", "1.5", "PKG-1", "٣x"):
            body = self.parcel(number, mugs=1)
            self.assertRefused(body, "must be a positive numeric value")

    def test_another_carrier_needs_a_name(self):
        body = self.parcel(mugs=1, carrierCode="Other")
        self.assertRefused(body, "CarrierName")

    def test_the_date(self):
        for text in ("02/21/2026", "2026-11-20", "soon"):
            self.assertRefused(self.parcel(mugs=1, shipDate=text), "shipDate")

    def test_the_items(self):
        self.assertRefused(self.parcel(), "orderItems is empty")
        for item, words in (
            ({"orderItemId": "123", "quantity": 1}, "OrderItemId 123 is invalid"),
            ({"orderItemId": self.mugs, "quantity": 0}, "must be positive"),
            ({"orderItemId": self.mugs, "quantity": 4}, "exceeds the 3"),
            ({"orderItemId": self.mugs, "quantity": "1"}, "quantity"),
            ({"orderItemId": self.mugs, "quantity": True}, "quantity"),
            ({"quantity": 1}, "orderItemId"),
            ("item", "objects"),
        ):
            with self.subTest(words):
                self.assertRefused(self.parcel(orderItems=[item]), words)

    def test_more_than_is_open_in_several_lines_of_one_parcel(self):
        lines = [{"orderItemId": self.mugs, "quantity": 2}] * 2
        self.assertRefused(self.parcel(orderItems=lines), "exceeds the 3")

    def test_more_than_other_parcels_leave(self):
        self.confirm(self.parcel("1", mugs=2))
        self.world.shipments.clear()
        self.assertRefused(self.parcel("2", mugs=2), "exceeds the 1")
        self.assertRefused(self.parcel("1", mugs=4), "exceeds the 3")

    def test_an_order_that_is_shipped_already(self):
        self.world.set_status(self.order_id, "SHIPPED")
        self.assertRefused(self.parcel("9", mugs=1), "PackageToUpdateNotFound")

    def test_orders_in_which_there_is_nothing_to_ship(self):
        for status, words in (("PENDING", "pending"), ("CANCELLED", "Nonexistent")):
            self.world.set_status(self.order_id, status)
            self.assertRefused(self.parcel(mugs=1), words)
        by_amazon = self.place("DE", fulfilled_by="AMAZON")
        [item] = by_amazon["orderItems"]
        line = {"orderItemId": item["orderItemId"], "quantity": 1}
        body = self.parcel(orderItems=[line])
        self.assertRefused(body, "fulfilled by Amazon", by_amazon["orderId"])

    def test_what_was_cancelled_cannot_be_shipped(self):
        self.world.edit_line(self.order_id, self.mugs, cancelled=2)
        self.assertRefused(self.parcel(mugs=2), "exceeds the 1")
        self.assertEqual(self.confirm(self.parcel(mugs=1, aprons=1)).status, 204)
        self.assertEqual(self.state(), ("SHIPPED", [(1, 0), (1, 0)]))

    def test_orders_of_others(self):
        reply = self.confirm(self.parcel(mugs=1), key="na")
        self.assertEqual(reply.status, 404)
        reply = self.confirm(self.parcel(mugs=1), "302-0000000-0000000")
        self.assertEqual(reply.status, 404)
