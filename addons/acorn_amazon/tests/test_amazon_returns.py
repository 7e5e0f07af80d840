from datetime import timedelta

from odoo.tests import tagged

from ..simulator.clock import iso
from .common import AmazonCase


@tagged("post_install", "-at_install")
class TestAmazonReturns(AmazonCase):
    """Returns come from the local Amazon into Odoo and back to the shelf."""

    def setUp(self):
        super().setUp()
        # Their reports would use up Amazon's limit: no test waits for a day.
        others = ("listing", "audit")
        self.shop.stream_ids.filtered(lambda s: s.kind in others).active = False
        self.warehouse = self.site("DE").warehouse_id
        self.mug = self.product("MUG", 50, self.warehouse)

    def sold(self, quantity=2, by="MERCHANT"):
        """Place a shipped order of 10.00 each and let it come."""
        line = {"sku": "MUG", "quantity": quantity, "price": "10.00"}
        ref = self.place(line, status="SHIPPED", fulfilled_by=by)
        self.world.clock.advance(minutes=10)
        self.drain()
        return ref

    def fetch(self):
        """Work as lanes do while Amazon makes its reports."""
        for _round in range(2):
            self.drain()
            self.world.clock.advance(minutes=2)
        self.drain()
        return self.env["acorn.return"].search([("shop_id", "=", self.shop.id)])

    def to_sell(self):
        stock = self.warehouse.lot_stock_id
        return self.env["stock.quant"]._get_available_quantity(self.mug, stock)

    def test_from_the_buyers_request_back_to_the_shelf(self):
        ref = self.sold()
        free = self.to_sell()
        asked = self.world.request_return(ref, quantity=1, reason="DEFECTIVE")
        goods = self.fetch()
        self.assertEqual((goods.state, goods.quantity), ("requested", 1))
        self.assertEqual(goods.reason_id.name, "Defective")
        self.assertEqual(goods.order_id, self.sale(ref))
        self.assertEqual(goods.site_id, self.site("DE"))
        self.world.approve_return(asked["number"], tracking="RET1")
        self.fetch()
        self.assertEqual((goods.state, goods.tracking), ("expected", "RET1"))
        self.assertEqual(goods.authorisation, asked["number"])
        [receipt] = goods.picking_ids
        self.world.change_return(asked["number"], delivered=iso(self.world.clock.now()))
        self.world.refund_return(asked["number"])
        self.fetch()
        self.assertEqual(goods.picking_ids, receipt)
        self.assertEqual((goods.refund_amount, goods.label_cost), (10.0, 4.14))
        self.assertEqual(goods.currency_id.name, "EUR")
        self.assertTrue(goods.arrival_date)
        self.assertEqual(goods.state, "expected")
        receipt.button_validate()
        self.assertEqual((goods.state, self.to_sell()), ("received", free))
        goods._judge(1, "sellable", "stock")
        self.assertEqual((goods.state, self.to_sell()), ("closed", free + 1))
        self.assertEqual(self.sale(ref).order_line.qty_delivered, 1)

    def test_the_same_report_again_stores_nothing(self):
        self.world.request_return(self.sold())
        goods = self.fetch()
        message = self.message(goods.ref)
        before = message.received_at, message.version_ids, goods.write_date
        self.world.clock.advance(hours=5)
        self.assertEqual(self.fetch(), goods)
        self.assertEqual(
            before, (message.received_at, message.version_ids, goods.write_date)
        )

    def test_a_return_to_amazon(self):
        ref = self.sold(by="AMAZON")
        self.world.return_to_amazon(
            ref, disposition="CUSTOMER_DAMAGED", comment="It hums"
        )
        goods = self.fetch()
        self.assertTrue(goods.by_channel)
        self.assertEqual((goods.state, goods.disposition), ("closed", "damaged"))
        self.assertEqual(goods.disposition_text, "CUSTOMER_DAMAGED")
        self.assertEqual(goods.order_id, self.sale(ref))
        self.assertEqual((goods.comment, goods.move_ids.ids), ("It hums", []))

    def test_a_return_of_an_order_from_before_everything(self):
        line = {"sku": "MUG", "quantity": 1, "price": "10.00"}
        old = self.world.clock.now() - timedelta(days=50)
        ref = self.world.place_order(
            [line],
            "DE",
            created=old,
            updated=old,
            status="SHIPPED",
            fulfilled_by="MERCHANT",
        )["orderId"]
        asked = self.world.request_return(ref)
        self.world.approve_return(asked["number"])
        goods = self.fetch()
        self.assertFalse(goods.order_id)
        self.assertEqual((goods.order_ref, goods.product_id), (ref, self.mug))
        self.assertIn("is not known here", goods.problem)

    def test_an_unreadable_line_is_told_and_stops_no_other(self):
        asked = self.world.request_return(self.sold())
        self.world.returns.get(asked["number"])["quantity"] = "many"
        self.world.request_return(self.sold(), quantity=2)
        goods = self.fetch()
        self.assertEqual(goods.quantity, 2)
        failed = self.env["acorn.message"].search(
            [
                ("shop_id", "=", self.shop.id),
                ("kind", "=", "return"),
                ("state", "=", "failed"),
            ]
        )
        self.assertIn("'many'", failed.error)

    def test_reasons_speak_peoples_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.world.request_return(self.sold(), reason="AMZ-PG-BAD-DESC")
        reason = self.fetch().reason_id
        self.assertEqual(reason.name, "Not as described")
        self.assertEqual(reason.word, "AMZ-PG-BAD-DESC")
