from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.acorn_base.channel import Refused

from .common import AmazonCase
from .common_pure import DE, NOW, Reply, ScriptCase
from .test_channel_order_report import START
from .test_parse_order_report import ROW, text


class TestAudit(ScriptCase):
    """Amazon's report of all orders as the books."""

    def audit(self, content, closed=()):
        self.account = self.account.__class__(
            **vars(self.account) | {"sites": (DE,), "closed_sites": closed}
        )
        self.amazon.say(Reply({"reportId": "7"}, 202))
        channel = self.channel()
        cursor = channel.pull("audit", START).cursor
        done = {"reportId": "7", "processingStatus": "DONE", "reportDocumentId": "d"}
        self.amazon.say(
            Reply(done | {"dataEndTime": "2026-11-20T11:59:00+00:00"}),
            Reply({"reportDocumentId": "d", "url": f"{self.amazon.url}/file"}),
            Reply(content.encode("cp1252")),
        )
        [document] = channel.pull("audit", cursor).documents
        return document, channel

    def test_the_document_tells_its_period_and_every_order(self):
        other = ROW | {"amazon-order-id": "303-2"}
        document, channel = self.audit(text(ROW, other))
        self.assertEqual((document.kind, document.key), ("audit", "orders"))
        self.assertEqual(document.version, NOW - timedelta(minutes=1))
        audit = channel.parse(document)
        self.assertEqual(audit.until - audit.since, timedelta(days=30, hours=-1))
        self.assertEqual(len(audit.orders), 2)
        self.assertEqual(audit.unreadable, ())

    def test_the_last_30_days_are_asked_for_whatever_the_clock_here_says(self):
        """Amazon refuses a period that is too long, or that ends in its future."""
        self.audit(text(ROW))
        ordered = self.amazon.calls()[0].json
        self.assertEqual(ordered["dataStartTime"], "2026-10-21T13:00:00Z")
        self.assertNotIn("dataEndTime", ordered)
        self.assertEqual(ordered["marketplaceIds"], [DE])

    def test_orders_of_closed_sites_are_left_out(self):
        document, channel = self.audit(text(ROW), closed=(DE,))
        self.assertEqual(channel.parse(document).orders, ())

    def test_what_cannot_be_read_is_told_and_counted(self):
        rows = [ROW | {"amazon-order-id": str(n), "quantity": "?"} for n in range(30)]
        document, channel = self.audit(text(ROW, *rows))
        audit = channel.parse(document)
        self.assertEqual(len(audit.orders), 1)
        self.assertEqual(len(audit.unreadable), 21)
        self.assertIn("quantity", audit.unreadable[0])
        self.assertIn("(10)", audit.unreadable[-1])

    def test_another_text_is_no_audit(self):
        with self.assertRaises(Refused):
            self.audit("Date range exceeded")


@tagged("post_install", "-at_install")
class TestReconciliation(AmazonCase):
    """The local Amazon's report finds what its Orders API never brought."""

    def setUp(self):
        super().setUp()
        self.mug = self.product("MUG", 20, self.site("DE").warehouse_id)
        self.env["stock.quant"]._update_available_quantity(
            self.mug, self.site("DE").fba_warehouse_id.lot_stock_id, 20
        )
        # Reports of listings are of the same small budget.
        listings = self.shop.stream_ids.filtered(lambda s: s.kind == "listing")
        listings.active = False
        self.drain()

    def reconcile(self):
        self.drain()
        self.world.clock.advance(minutes=3)
        self.drain()
        return self.env["acorn.reconciliation"].search(
            [("shop_id", "=", self.shop.id)], limit=1
        )

    def late(self, **wishes):
        """Place an order that becomes visible hours after it changed."""
        self.world.clock.advance(hours=3)
        self.drain()
        moment = self.world.clock.now() - timedelta(hours=2)
        return self.world.place_order(
            [{"sku": "MUG", "quantity": 2, "price": "10.00"}],
            "DE",
            created=moment,
            updated=moment,
            **{"status": "UNSHIPPED", "fulfilled_by": "MERCHANT"} | wishes,
        )["orderId"]

    def behind_the_back(self, ref, status):
        """Let an order change without its update time moving."""
        raw = self.world.order(ref)
        raw["fulfillment"]["fulfillmentStatus"] = status
        for item in raw["orderItems"]:
            quantity = item["quantityOrdered"]
            item.setdefault("fulfillment", {}).update(
                quantityFulfilled=quantity, quantityUnfulfilled=0
            )
        self.world.put_order(raw)

    def test_what_the_stream_never_brought_is_repaired_and_said(self):
        calm = self.place(tax="usual")
        shipped = self.place(fulfilled_by="AMAZON", tax="usual")
        lost = self.late(tax="usual")
        self.drain()
        self.assertFalse(self.sale(lost))
        self.behind_the_back(shipped, "SHIPPED")
        run = self.reconcile()
        self.assertEqual(
            {line.ref: (line.difference, line.state) for line in run.line_ids},
            {lost: ("missing", "repaired"), shipped: ("status", "repaired")},
        )
        for ref in (calm, shipped, lost):
            order, total = self.sale(ref), self.world.order(ref)["proceeds"]
            self.assertEqual(
                f"{order.amount_total + order.acorn_channel_tax:.2f}",
                total["grandTotal"]["amount"],
            )
        self.assertEqual(self.sale(shipped).picking_ids.state, "done")
        self.assertEqual(self.on_hand(self.mug, self.site("DE").fba_warehouse_id), 18)
        [alert] = self.alerts("reconciliation")
        for words in (lost, shipped, "Repaired"):
            self.assertIn(words, alert.text)
        self.world.clock.advance(days=1)
        self.assertFalse(self.reconcile().line_ids)
        self.assertFalse(self.alerts("reconciliation"))

    def test_a_healthy_month_of_orders_costs_one_report(self):
        self.world.generate_orders("eu", 60, hours=18)
        since = self.world.clock.now() - timedelta(hours=20)
        stream = self.shop.stream_ids.filtered(lambda s: s.kind == "order")
        stream.cursor = {"until": since.isoformat()}
        self.drain()
        self.world.forget_calls()
        run = self.reconcile()
        self.assertEqual((run.state, run.line_ids.mapped("ref")), ("done", []))
        self.assertEqual(run.there_count, run.here_count)
        self.assertGreater(run.there_count, 40)
        self.assertFalse(self.world.show_calls("getOrder"))
        calls = [each["operation"] for each in self.world.show_calls()]
        self.assertLessEqual(calls.count("createReport"), 1)
        self.assertEqual(calls.count("getReportDocument"), 1)
