from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.acorn_base.channel import instant

from .common import AmazonCase


@tagged("post_install", "-at_install")
class TestAmazonSettlements(AmazonCase):
    """Settlements come from the local Amazon into Odoo, where something keeps them."""

    def setUp(self):
        super().setUp()
        if "acorn.settlement" not in self.env:
            self.skipTest("No installed addon keeps settlements.")
        self.keep_streams(("order", "settlement"), ("DE",))
        self.stream = self.shop.stream_ids.filtered(lambda s: s.kind == "settlement")

    def kept(self):
        return self.env["acorn.settlement"].search([("shop_id", "=", self.shop.id)])

    def trade(self):
        line = {"sku": "MUG", "quantity": 2, "price": "10.00", "shipping": "3.50"}
        self.place(line, status="SHIPPED", fulfilled_by="MERCHANT", tax="usual")
        self.world.charge("eu", "DE", "storage", "-3.21")
        self.world.clock.advance(days=15)

    def test_the_first_round_reads_all_that_amazon_keeps(self):
        [position] = self.stream.mapped("cursor")
        since = self.world.clock.now() - timedelta(days=90)
        self.assertLess(abs(instant(position["until"]) - since), timedelta(hours=2))

    def test_each_settlement_is_kept_once_as_the_file_says(self):
        self.trade()
        self.pull("settlement")
        [settlement] = self.kept()
        [told] = self.world.settlements("eu")
        self.assertEqual(
            (settlement.ref, settlement.currency_id.name), (told.ref, "EUR")
        )
        self.assertEqual(Decimal(f"{settlement.total:.2f}"), told.total)
        self.assertEqual(settlement.lines_total, settlement.total)
        self.assertEqual(settlement.line_count, len(settlement.line_ids))
        self.assertIn(self.site("DE"), settlement.line_ids.site_id)
        message = settlement.message_id
        self.assertEqual((message.kind, message.state), ("settlement", "done"))
        self.assertTrue(message._document().body.startswith(b"settlement-id\t"))
        self.pull("settlement")
        self.assertEqual(self.kept(), settlement)
        self.trade()
        self.pull("settlement")
        self.assertEqual(len(self.kept()), 2)

    def test_a_file_that_cannot_be_read_stops_no_other_and_says_what_to_do(self):
        self.trade()
        kind = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
        self.world.add_report("eu", kind, ["DE"], "Something else")
        self.pull("settlement")
        self.assertEqual(len(self.kept()), 1)
        message = self.env["acorn.message"].search(
            [("kind", "=", "settlement"), ("state", "=", "failed")]
        )
        self.assertIn("Reports Repository", message.error)

    def test_without_the_role_the_others_go_on_and_it_is_named(self):
        self.world.set_account("eu", denied=["getReports"])
        self.pull("settlement")
        self.assertEqual(self.stream.state, "closed")
        self.assertIn("Finance and Accounting", self.stream.error)
