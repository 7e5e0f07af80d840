from datetime import timedelta

from odoo.tests import tagged

from .common import AmazonCase


@tagged("post_install", "-at_install")
class TestAmazonShipping(AmazonCase):
    """Stories of parcels and cancellations, from Odoo to the local Amazon."""

    def setUp(self):
        super().setUp()
        self.warehouse = self.site("DE").warehouse_id
        self.mug = self.product("MUG", 10, self.warehouse)
        self.dhl = self.method("DHL", acorn_code="DHL")

    def method(self, name, **values):
        return self.env["delivery.carrier"].create(
            {"name": name, "product_id": self.mug.id, **values}
        )

    def order(self, *lines):
        ref = self.place(*lines)
        self.drain()
        return self.sale(ref)

    def packages(self, order):
        raw = self.world.order(order.acorn_ref)
        return {
            each["packageReferenceId"]: each.get("trackingNumber", "")
            for each in raw.get("packages", ())
        }

    def later(self, **time):
        self.world.clock.advance(**(time or {"minutes": 20}))
        messages = self.env["acorn.message"].search([("shop_id", "=", self.shop.id)])
        messages.next_try = False
        self.drain()

    def test_packages_have_numbers_of_their_own_and_are_edited_in_place(self):
        order = self.order(
            {"sku": "MUG", "quantity": 1, "price": "10.00"},
            {"sku": "MUG", "quantity": 2, "price": "10.00"},
        )
        picking = order.picking_ids
        picking.carrier_id = self.dhl
        packages = self.env["stock.package"]
        for number, move in enumerate(picking.move_ids.sorted("id"), 1):
            package = self.env["stock.package"].create({"acorn_tracking": f"P{number}"})
            move.move_line_ids.result_package_id = package
            packages |= package
        picking.button_validate()
        self.drain()
        self.assertEqual(self.packages(order), {"1": "P1", "2": "P2"})
        packages[1].acorn_tracking = "NEW"
        self.drain()
        self.assertEqual(self.packages(order), {"1": "P1", "2": "NEW"})
        self.assertTrue(picking.acorn_known)

    def test_another_carrier_without_a_name_is_refused_before_any_call(self):
        code = self.env["acorn.carrier.code"].create(
            {
                "carrier_id": self.dhl.id,
                "channel": "amazon",
                "code": "Other",
                "name": "X",
            }
        )
        self.env.cr.execute("UPDATE acorn_carrier_code SET name = NULL")
        code.invalidate_recordset()
        order = self.order()
        order.picking_ids.write(
            {"carrier_id": self.dhl.id, "carrier_tracking_ref": "T1"}
        )
        order.picking_ids.button_validate()
        self.drain()
        self.assertIn("needs a name", order.picking_ids.acorn_push_error)
        self.assertFalse(self.world.show_calls("confirmShipment"))
        code.name = "Radkurier"
        self.drain()
        [package] = self.world.order(order.acorn_ref)["packages"]
        self.assertEqual(package["carrier"], "Radkurier")

    def test_letter_is_told_without_a_number_if_amazon_takes_it(self):
        letter = self.method("Letter", acorn_code="Deutsche Post", acorn_untracked=True)
        refs = [self.place(), self.place()]
        self.drain()
        for ref, taken in zip(refs, (True, False), strict=True):
            with self.subTest(taken=taken):
                self.world.set_options(untracked_parcels=taken)
                order = self.sale(ref)
                order.picking_ids.carrier_id = letter
                order.picking_ids.button_validate()
                self.drain()
                self.assertEqual(order.picking_ids.acorn_known, taken)
                if not taken:
                    self.assertIn(
                        "does not take the tracking number",
                        order.picking_ids.acorn_push_error,
                    )

    def test_a_lost_answer_about_a_letter_is_asked_for(self):
        letter = self.method("Letter", acorn_code="Deutsche Post", acorn_untracked=True)
        order = self.order()
        order.picking_ids.carrier_id = letter
        self.world.add_fault(operation="confirmShipment", kind="lost_answer")
        order.picking_ids.button_validate()
        self.drain()
        self.later()
        self.later()
        self.assertTrue(order.picking_ids.acorn_known)
        self.assertEqual(self.packages(order), {"1": ""})

    def test_cancelled_here_is_cancelled_at_amazon_and_then_the_goods_are_free(self):
        order = self.order()
        self.assertEqual(self.free(self.mug, self.warehouse), 8)
        order._acorn_tell_cancellation("address")
        self.drain()
        self.assertEqual((order.state, order.acorn_cancelling), ("sale", "waiting"))
        self.assertTrue(order.picking_ids.acorn_block_reason)
        self.assertEqual(self.free(self.mug, self.warehouse), 8)
        self.later()
        self.later()
        raw = self.world.order(order.acorn_ref)
        self.assertEqual(raw["fulfillment"]["fulfillmentStatus"], "CANCELLED")
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.acorn_cancelling)
        self.assertEqual(self.free(self.mug, self.warehouse), 10)

    def test_amazon_refuses_and_the_order_says_so(self):
        order = self.order()
        order._acorn_tell_cancellation("no_stock")
        # Somebody confirms the shipment in Seller Central meanwhile.
        self.world.set_options(late_seconds=timedelta(hours=3).total_seconds())
        self.world.set_status(order.acorn_ref, "SHIPPED")
        self.drain()
        self.later()
        self.assertEqual(order.acorn_cancelling, "refused")
        self.assertIn("Amazon does not cancel the order", order.acorn_cancel_error)
        self.assertTrue(self.alerts("cancellation"))

    def test_usual_carriers_are_offered(self):
        Known = self.env["acorn.known.carrier"]
        codes = Known.search([("channel", "=", "amazon")]).mapped("code")
        for code in ("DHL", "Deutsche Post", "Royal Mail", "UPS", "USPS", "SAGAWA"):
            self.assertIn(code, codes)
