from odoo import fields

from odoo.addons.acorn_base.channel import Refused, RetryLater

from .common import Package
from .common_shipping import ShippingCase


class TestShipment(ShippingCase):
    """A delivery made here becomes known at the channel, once."""

    def test_validated_delivery_is_confirmed_with_everything(self):
        record = self.place(self.line(quantity=2), self.line("2", "LAMP", price="5"))
        self.drain()
        picking = self.ship(self.sale(record))
        self.assertEqual(self.drain()["pushed"], 1)
        [parcel] = self.world.parcels.values()
        self.assertEqual(parcel.order_ref, record.ref)
        self.assertEqual(parcel.package_ref, "1")
        self.assertEqual((parcel.carrier_code, parcel.service), ("DHL", "Standard"))
        self.assertEqual(parcel.tracking, "TRACK1")
        self.assertEqual(
            [(item.line_ref, item.quantity) for item in parcel.items],
            [("1", 2), ("2", 1)],
        )
        self.assertEqual(parcel.shipped_at.replace(tzinfo=None), picking.date_done)
        self.assertTrue(picking.acorn_known)
        self.assertEqual(picking.acorn_message_ids.receipt, "receipt-1")
        self.drain()
        self.assertEqual(self.world.calls.count("push"), 1, "never told twice")

    def test_validating_wakes_the_lanes(self):
        order = self.apply()
        order.picking_ids.write(
            {"carrier_id": self.carrier.id, "carrier_tracking_ref": "T1"}
        )
        lane = self.env.ref("acorn_base.ir_cron_lane_1")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", lane.id)])
        order.picking_ids.button_validate()
        self.assertGreater(triggers.search_count([("cron_id", "=", lane.id)]), before)

    def test_each_package_is_told_by_itself(self):
        order = self.apply(self.line(quantity=2), self.line("2", "LAMP", price="5"))
        picking = order.picking_ids
        for move in picking.move_ids:
            move.move_line_ids.result_package_id = self.env["stock.package"].create({})
        self.ship(order)
        self.drain()
        self.assertEqual(sorted(ref for _order, ref in self.world.parcels), ["1", "2"])
        self.assertEqual(
            sorted(
                [item.line_ref for item in parcel.items]
                for parcel in self.world.parcels.values()
            ),
            [["1"], ["2"]],
        )

    def test_partial_delivery_tells_what_left(self):
        order = self.apply(self.line(quantity=5))
        self.ship(order, quantities={self.mug: 2})
        self.drain()
        self.ship(order, tracking="TRACK2")
        self.drain()
        self.assertEqual(
            {
                parcel.package_ref: (parcel.tracking, parcel.items[0].quantity)
                for parcel in self.world.parcels.values()
            },
            {"1": ("TRACK1", 2), "2": ("TRACK2", 3)},
        )

    def test_parcel_number_never_hits_one_the_channel_knows(self):
        line = self.line(quantity=5, quantity_shipped=2, quantity_open=3)
        order = self.apply(
            line,
            status="partially_shipped",
            packages=(Package("4", tracking="X"), Package("PKG-A", tracking="Y")),
        )
        self.ship(order)
        self.drain()
        [parcel] = self.world.parcels.values()
        self.assertEqual(parcel.package_ref, "5")

    def test_without_carrier_or_tracking_nothing_is_told_and_the_delivery_says_why(
        self,
    ):
        order = self.apply()
        picking = self.ship(order, tracking=False)
        self.drain()
        self.assertFalse(self.world.parcels)
        self.assertIn("tracking number", picking.acorn_push_error)
        picking.carrier_tracking_ref = "LATE1"
        self.drain()
        [parcel] = self.world.parcels.values()
        self.assertEqual(parcel.tracking, "LATE1")
        self.assertFalse(picking.acorn_push_error)

    def test_lost_answer_is_resolved_by_asking(self):
        for carried_out in (True, False):
            with self.subTest(carried_out=carried_out):
                record = self.place()
                self.drain()
                picking = self.ship(self.sale(record))
                self.world.calls.clear()
                self.patch_push_lost(carried_out)
                self.drain()
                message = self.message(record, "out")
                self.assertEqual(message.state, "waiting")
                message.next_try = fields.Datetime.now()
                self.drain()
                self.drain()
                self.assertTrue(picking.acorn_known)
                self.assertEqual(message.state, "done")
                pushes = self.world.calls.count("push")
                self.assertEqual(pushes, 0 if carried_out else 1)

    def patch_push_lost(self, carried_out):
        """The next push is cut off, with or without having been carried out."""
        from .dummy import DummyChannel

        original = DummyChannel.push
        lost = [True]

        def push(channel, record):
            if not lost:
                return original(channel, record)
            lost.clear()
            if carried_out:
                channel.world.parcels[record.order_ref, record.package_ref] = record
            raise RetryLater("connection reset", 1, unknown_outcome=True)

        self.patch(DummyChannel, "push", push)

    def test_throttled_push_is_sent_later_without_asking(self):
        record = self.place()
        self.drain()
        self.ship(self.sale(record))
        self.world.problems = [None] * 5 + [RetryLater("slow down", 20)]
        self.drain()
        message = self.message(record, "out")
        self.assertEqual(message.state, "pending")
        message.next_try = fields.Datetime.now()
        self.drain()
        self.assertEqual(message.state, "done")
        self.assertNotIn("poll", self.world.calls)

    def test_refusal_shows_the_channel_words_on_the_delivery(self):
        record = self.place()
        self.drain()
        picking = self.ship(self.sale(record))
        self.world.problems = [None] * 5 + [Refused("The carrier is not known.")]
        self.drain()
        self.assertIn("not known", picking.acorn_push_error)
        self.assertEqual(self.message(record, "out").state, "failed")
        picking.action_acorn_retry()
        self.drain()
        self.assertTrue(picking.acorn_known)

    def test_buyers_get_no_mail_about_the_delivery(self):
        self.company.stock_move_email_validation = True
        template = self.company.stock_mail_confirmation_template_id
        self.assertTrue(template)
        picking = self.ship(self.apply())
        mails = self.env["mail.mail"].search([("model", "=", "stock.picking")])
        self.assertNotIn(picking.id, mails.mapped("res_id"))
        self.assertNotIn("shipped", " ".join(picking.message_ids.mapped("body")))

    def test_skipped_parcel_is_owed_no_more(self):
        record = self.place()
        self.drain()
        picking = self.ship(self.sale(record))
        self.world.problems = [None] * 5 + [Refused("No.")]
        self.drain()
        self.message(record, "out")._skip("told by hand")
        self.assertTrue(picking.acorn_known)
        self.assertFalse(picking.acorn_push_error)

    def test_shipping_cost_does_not_change_what_the_buyer_paid(self):
        order = self.apply()
        before = order.amount_total
        self.carrier.write({"invoice_policy": "real", "fixed_price": 7})
        self.ship(order)
        self.assertEqual(order.amount_total, before)
