from dataclasses import replace
from datetime import datetime, timedelta, timezone

from odoo.addons.acorn_base.channel import Refused, RetryLater
from odoo.addons.acorn_base.records import Shipment, ShipmentItem

from .common_pure import US, Reply, ScriptCase
from .test_parse_order import payload

SHIPMENT = Shipment(
    order_ref="111-0000001-0000001",
    site=US,
    package_ref="2",
    shipped_at=datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=1))),
    carrier_code="UPS",
    carrier_name="",
    service="UPS Ground",
    tracking="1Z 888",
    items=(ShipmentItem("1001", 2),),
)


def parcel(ref="2", tracking="1Z888", items=(("1001", 2),), status="SHIPPED"):
    return {
        "packageReferenceId": ref,
        "packageStatus": {"status": status},
        "trackingNumber": tracking,
        "packageItems": [{"orderItemId": i, "quantity": q} for i, q in items],
    }


class TestShipment(ScriptCase):
    def order(self, *parcels, shipped=1, status="PARTIALLY_SHIPPED"):
        data = payload()
        data["fulfillment"]["fulfillmentStatus"] = status
        data["orderItems"][0]["fulfillment"] |= {
            "quantityFulfilled": shipped,
            "quantityUnfulfilled": 3 - shipped,
        }
        data["packages"] += parcels
        return Reply({"order": data})

    def poll(self, reply):
        self.amazon.say(reply)
        return self.channel().poll(SHIPMENT)

    def test_an_empty_answer_is_no_confirmation(self):
        """Amazon says 204; an empty 200 may be a proxy's, and nothing was done."""
        for body in ({}, b""):
            self.amazon.say(Reply(body, headers={"x-amzn-RequestId": "1-2"}))
            with self.assertRaises(RetryLater) as caught:
                self.channel().push(SHIPMENT)
            self.assertTrue(caught.exception.unknown_outcome)

    def test_a_parcel_is_confirmed_in_amazons_words(self):
        self.amazon.say(Reply(status=204))
        receipt = self.channel().push(SHIPMENT)
        self.assertEqual((receipt.state, receipt.reference), ("done", "req-1"))
        [call] = self.amazon.calls()
        self.assertEqual(
            call.path, "/orders/v0/orders/111-0000001-0000001/shipmentConfirmation"
        )
        self.assertEqual(
            call.json,
            {
                "marketplaceId": US,
                "packageDetail": {
                    "packageReferenceId": "2",
                    "carrierCode": "UPS",
                    "shippingMethod": "UPS Ground",
                    "trackingNumber": "1Z 888",
                    "shipDate": "2026-11-20T08:30:00Z",
                    "orderItems": [{"orderItemId": "1001", "quantity": 2}],
                },
            },
        )

    def test_another_carrier_is_told_by_name(self):
        self.amazon.say(Reply(status=204))
        shipment = replace(
            SHIPMENT, carrier_code="Other", carrier_name="Bike Co", service=""
        )
        self.channel().push(shipment)
        detail = self.amazon.calls()[0].json["packageDetail"]
        self.assertEqual(detail["carrierName"], "Bike Co")
        self.assertNotIn("shippingMethod", detail)

    def test_another_carrier_without_a_name_is_refused_before_any_call(self):
        for name in ("", " "):
            with self.assertRaises(Refused) as caught:
                self.channel().push(
                    replace(SHIPMENT, carrier_code="Other", carrier_name=name)
                )
            self.assertEqual(caught.exception.code, "carrier_without_name")
        self.assertFalse(self.amazon.calls())

    def test_what_has_no_tracking_number_is_told_with_an_empty_one(self):
        self.amazon.say(Reply(status=204))
        self.channel().push(replace(SHIPMENT, tracking=""))
        detail = self.amazon.calls()[0].json["packageDetail"]
        self.assertEqual(detail["trackingNumber"], "")

    def test_amazons_words_say_what_is_to_be_put_right(self):
        for words, code in (
            (
                "The tracking ID 1 for UPS does not match the expected format for the "
                "tracking ID",
                "tracking_refused",
            ),
            ("CarrierCode Xyz is invalid", "carrier_refused"),
            (
                "Failed to create package due to not finding a matching package or "
                "order already fulfilled. (errorMetric=PackageToUpdateNotFound)",
                "no_parcel",
            ),
            ("The quantity 3 of order item 1 exceeds the 2", "quantity_refused"),
            ("ErrorCode: NonexistentOrderItem", "order_cancelled"),
            ("Something new", "refused"),
        ):
            body = {"errors": [{"code": "InvalidInput", "message": words}]}
            self.amazon.say(Reply(body, 400))
            with self.subTest(words), self.assertRaises(Refused) as caught:
                self.channel().push(SHIPMENT)
            self.assertEqual(caught.exception.code, code)

    def test_amazon_refuses_a_parcel(self):
        body = {"errors": [{"code": "InvalidInput", "message": "No such item"}]}
        self.amazon.say(Reply(body, 400))
        with self.assertRaises(Refused) as caught:
            self.channel().push(SHIPMENT)
        self.assertIn("No such item", str(caught.exception))

    def test_a_lost_answer_is_found_again(self):
        self.amazon.say(Reply(reset=True))
        with self.assertRaises(RetryLater) as caught:
            self.channel().push(SHIPMENT)
        self.assertTrue(caught.exception.unknown_outcome)
        done = self.poll(self.order(parcel(), shipped=3, status="SHIPPED"))
        self.assertEqual(done.state, "done")

    def test_the_tracking_number_is_what_tells_a_parcel(self):
        # Amazon's own examples have reference ids that no seller gave.
        reply = self.order(parcel(ref="AMZ-1", tracking="1z888 "), shipped=3)
        self.assertEqual(self.poll(reply).state, "done")
        reply = self.order(parcel(items=()), shipped=3)
        self.assertEqual(self.poll(reply).state, "done")

    def test_amazon_knows_nothing_of_it(self):
        self.assertEqual(self.poll(self.order()).state, "unknown")

    def test_an_earlier_version_of_the_parcel_may_be_changed(self):
        for other in (parcel(tracking="OLD"), parcel(items=(("1001", 1),))):
            self.assertEqual(self.poll(self.order(other, shipped=3)).state, "unknown")

    def test_a_cancelled_parcel_is_none(self):
        reply = self.order(parcel(status="CANCELLED"))
        self.assertEqual(self.poll(reply).state, "unknown")

    def test_items_are_shipped_and_their_parcel_is_not_shown_yet(self):
        self.assertEqual(self.poll(self.order(shipped=3)).state, "waiting")

    def test_items_that_left_in_other_parcels_are_a_persons_matter(self):
        reply = self.order(parcel(ref="9", tracking="BY-HAND"), shipped=3)
        with self.assertRaises(Refused) as caught:
            self.poll(reply)
        self.assertEqual(caught.exception.code, "shipped_otherwise")
        self.assertIn("BY-HAND", str(caught.exception))

    def test_a_cancelled_order_is_a_persons_matter(self):
        with self.assertRaises(Refused) as caught:
            self.poll(self.order(shipped=0, status="CANCELLED"))
        self.assertEqual(caught.exception.code, "order_cancelled")
