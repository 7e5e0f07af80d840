from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestReplacement(GroupCase):
    """Customer service asks to send goods again, operations lets them be sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.make_person("s", "group_service", unit_id=cls.hq.id)
        cls.operator = cls.make_person("o", "group_operations", unit_id=cls.hq.id)
        cls.packer = cls.make_person("p", "group_warehouse", unit_id=cls.hq.id)

    def ask(self, order, quantity=None):
        action = order.with_user(self.service).action_acorn_request_replacement()
        Model = self.env["acorn.replacement"].with_user(self.service)
        with Form(Model.with_context(**action["context"])) as form:
            form.reason = "Arrived broken"
            if quantity is not None:
                with form.line_ids.edit(0) as line:
                    line.quantity = quantity
        return form.record

    def test_goods_are_sent_again_at_no_price_and_no_channel_is_told(self):
        record = self.place(self.line(quantity=2, price="9"))
        self.drain()
        order = self.sale(record)
        order.picking_ids.button_validate()
        asked = self.ask(order, 1)
        self.assertEqual(asked.state, "requested")
        self.assertTrue(asked.activity_ids)
        asked.with_user(self.operator).action_approve()
        sent = asked.sudo().sent_order_id
        self.assertEqual(sent.partner_shipping_id, order.partner_shipping_id)
        self.assertEqual((sent.amount_total, sent.order_line.product_uom_qty), (0, 1))
        self.assertEqual(sent.acorn_site_id, order.acorn_site_id)
        self.assertFalse(sent.acorn_ref)
        self.assertFalse(asked.sudo().activity_ids)
        sent.picking_ids.with_user(self.packer).button_validate()
        self.assertEqual(sent.picking_ids.state, "done")
        self.drain()
        self.assertFalse(sent.picking_ids.acorn_push_error)
        Message = self.env["acorn.message"]
        self.assertFalse(Message.search([("picking_id", "=", sent.picking_ids.id)]))
        self.assertFalse(Message.search([("order_id", "=", sent.id)]))

    def test_no_more_is_replaced_than_was_sold(self):
        order = self.apply(self.line(quantity=2))
        self.ask(order, 2)
        with self.assertRaises(ValidationError):
            self.ask(order, 1)
        other = self.apply(self.line(quantity=1))
        with self.assertRaises(ValidationError):
            self.ask(other, 2)

    def test_a_refusal_says_why_and_frees_what_was_asked_for(self):
        order = self.apply(self.line(quantity=1))
        asked = self.ask(order).with_user(self.operator)
        with self.assertRaises(UserError):
            asked.action_refuse()
        asked.answer = "The carrier pays for it."
        asked.action_refuse()
        self.assertEqual((asked.state, asked.decided_by_id), ("refused", self.operator))
        with self.assertRaises(UserError):
            asked.action_approve()
        self.assertEqual(self.ask(order).state, "requested")

    def test_who_asks_does_not_approve(self):
        order = self.apply()
        asked = self.ask(order)
        for go in (
            asked.action_approve,
            lambda: asked.write({"state": "approved"}),
            lambda: asked.write({"answer": "x"}),
            asked.unlink,
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                go()
        with self.assertRaises(AccessError):
            asked.with_user(self.operator).write({"state": "approved"})
        other = self.apply()
        forged = self.env["acorn.replacement"].with_user(self.service)
        made = forged.create(
            {
                "order_id": other.id,
                "reason": "Lost",
                "state": "approved",
                "line_ids": [
                    Command.create(
                        {"order_line_id": other.order_line[:1].id, "quantity": 1}
                    )
                ],
            }
        )
        self.assertEqual(made.state, "requested")

    def test_requests_are_seen_and_made_in_the_own_scope_only(self):
        asked = self.ask(self.apply())
        outside = self.make_person("x", "group_service", unit_id=self.units["de"].id)
        Model = self.env["acorn.replacement"].with_user(outside)
        self.assertFalse(Model.search([("id", "=", asked.id)]))
        order = self.apply()
        with self.assertRaises(AccessError):
            order.with_user(outside).action_acorn_request_replacement()
