from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user

from ..channel import Refused, RetryLater
from ..records import CANCELLED, PENDING, SHIPPED
from .common_shipping import ShippingCase


class TestCancellation(ShippingCase):
    """What is cancelled here is told with its reason, and waits for the channel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, "seller9", groups="sales_team.group_sale_salesman_all_leads"
        )

    def cancel(self, order, reason="no_stock"):
        """Press Cancel as a seller does, choose the reason, and confirm."""
        action = order.with_user(self.seller).action_cancel()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.seller)
            .with_context(**action["context"])
        )
        if reason:
            form.reason = reason
        form.save().action_tell()

    def pending(self):
        """Return the cancellation that the channel has."""
        [record] = self.world.cancellations.values()
        return record

    def test_channel_is_told_the_reason_and_the_order_waits(self):
        order = self.apply(self.line(), self.line("2", "LAMP", price="5"))
        free = self.free(self.mug, self.us.warehouse_id)
        self.cancel(order)
        self.assertEqual((order.state, order.acorn_cancelling), ("sale", "waiting"))
        self.drain()
        told = self.pending()
        self.assertEqual((told.order_ref, told.reason), (order.name, "no_stock"))
        self.assertEqual(told.lines, ("1", "2"))
        self.assertEqual((order.state, order.acorn_cancelling), ("sale", "waiting"))
        self.assertEqual(self.free(self.mug, self.us.warehouse_id), free, "reserved")
        self.drain()
        self.assertEqual(self.world.calls.count("push"), 1, "told once")

    def test_deliveries_are_stopped_at_once(self):
        order = self.apply()
        self.cancel(order)
        self.assertIn("Do not ship", order.picking_ids.acorn_block_reason)
        with self.assertRaisesRegex(UserError, "Do not ship"):
            order.picking_ids.button_validate()
        self.assertFalse(order.acorn_to_ship)

    def test_order_is_cancelled_and_goods_are_free_when_the_channel_says_so(self):
        record = self.place(self.line(quantity=3))
        self.drain()
        order = self.sale(record)
        free = self.free(self.mug, self.us.warehouse_id)
        self.cancel(order)
        self.drain()
        self.world.change(record.ref, status=CANCELLED, status_text="CANCELLED")
        self.drain()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.acorn_cancelling)
        self.assertEqual(order.acorn_cancel_word, "no_stock")
        self.assertEqual(self.free(self.mug, self.us.warehouse_id), free + 3)

    def test_refusal_shows_the_channel_s_words_and_the_order_may_be_kept(self):
        order = self.apply()
        self.cancel(order)
        self.world.problems = [None] * 5 + [Refused("Too late.")]
        self.drain()
        self.assertEqual(order.acorn_cancelling, "refused")
        self.assertIn("Too late.", order.acorn_cancel_error)
        [alert] = self.alerts("cancellation")
        self.assertIn("Too late.", alert.text)
        self.assertFalse(order.picking_ids.acorn_block_reason, "it may be shipped")
        order.with_user(self.seller).action_acorn_keep_order()
        self.assertFalse(order.acorn_cancelling)
        self.assertFalse(self.alerts("cancellation"))

    def test_refused_cancellation_is_told_once_more(self):
        for again in ("no_stock", "buyer"):
            with self.subTest(again=again):
                order = self.apply()
                self.cancel(order)
                self.world.problems = [None] * 5 + [Refused("Not now.")]
                self.drain()
                self.world.cancellations.clear()
                self.cancel(order, again)
                self.drain()
                self.drain()
                self.assertEqual(self.pending().reason, again)

    def test_lost_answer_is_asked_for(self):
        order = self.apply()
        self.cancel(order)
        lost = RetryLater("cut off", 178, unknown_outcome=True)
        self.world.problems = [None] * 5 + [lost]
        self.drain()
        [message] = self.env["acorn.message"]._cancellations_of(order)
        self.assertEqual(message.state, "waiting")
        message.next_try = False
        self.drain()
        self.drain()
        self.assertEqual(message.state, "done")
        self.assertTrue(self.pending())

    def test_order_that_is_shipped_meanwhile_ends_the_waiting(self):
        record = self.place()
        self.drain()
        order = self.sale(record)
        self.cancel(order)
        self.world.change(record.ref, status=SHIPPED, status_text="SHIPPED")
        self.drain()
        self.assertFalse(order.acorn_cancelling)
        self.assertEqual(order.picking_ids.state, "done")

    def test_no_reason_is_asked_for(self):
        wizard = self.env["acorn.cancel.order"].create({"order_ids": self.apply().ids})
        with self.assertRaisesRegex(UserError, "Choose a reason"):
            wizard.action_tell()

    def test_reason_of_a_buyer_who_asked_is_known(self):
        order = self.apply(self.line(cancel_requested=True))
        self.cancel(order, reason=None)
        self.drain()
        self.assertEqual(self.pending().reason, "buyer")

    def test_many_orders_are_never_cancelled_silently(self):
        order, own = (
            self.apply(),
            self.env["sale.order"].create(
                {"partner_id": self.env["res.partner"].create({"name": "Own"}).id}
            ),
        )
        wizard = self.env["sale.mass.cancel.orders"].create(
            {"sale_order_ids": [(6, 0, (order | own).ids)]}
        )
        action = wizard.action_mass_cancel()
        self.assertEqual((order.state, own.state), ("sale", "cancel"))
        self.assertEqual(action["res_model"], "acorn.cancel.order")

    def test_what_cannot_be_told_says_why_and_may_be_cancelled_here_only(self):
        pending = self.apply(status=PENDING)
        partly = self.apply(self.line(quantity=2))
        self.ship(partly, quantities={self.mug: 1})
        for order, words in ((pending, "pending"), (partly, "part of")):
            with self.subTest(words=words):
                action = order.action_cancel()
                wizard = Form(
                    self.env[action["res_model"]].with_context(**action["context"])
                )
                self.assertIn(words, wizard.problem)
                wizard = wizard.save()
                with self.assertRaisesRegex(UserError, words):
                    wizard.action_tell()
                wizard.action_cancel_here()
                self.assertEqual(order.state, "cancel")
        self.drain()
        self.assertFalse(self.world.cancellations)

    def test_order_that_nobody_else_counts_on_is_cancelled_as_ever(self):
        record = self.place()
        self.drain()
        self.world.change(record.ref, status=SHIPPED, status_text="SHIPPED")
        self.drain()
        order = self.sale(record)
        order.action_cancel()
        self.assertEqual(order.state, "cancel")
