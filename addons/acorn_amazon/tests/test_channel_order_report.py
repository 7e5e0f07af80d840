import os
from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.acorn_base.channel import Refused, instant
from odoo.addons.acorn_base.records import UNSHIPPED, is_named

from ..channel import AmazonChannel
from ..pull import order_report
from ..spapi.token import MemoryTokenStore
from .common import AmazonCase
from .common_pure import DE, FR, NOW, Reply, ScriptCase
from .test_channel_simulator import SimulatorCase, Unlimited
from .test_parse_order_report import ROW, text

START = {"until": "2026-11-19T00:00:00+00:00"}


def wish(now, sites=(DE, FR), days=30, kind=order_report.BY_LAST_UPDATE):
    return order_report.period(kind, sites, now - timedelta(days=days), now)


class TestOrderReportSteps(ScriptCase):
    def step(self, cursor, closed=(), **wishes):
        gateway = self.channel()._gateway
        request = wish(NOW, **wishes)
        return order_report.next_step(gateway, request, closed, cursor, self.clock)

    def finished(self, content):
        self.amazon.say(Reply({"reportId": "7"}, 202))
        cursor = self.step(START).cursor
        self.amazon.say(
            Reply(
                {"reportId": "7", "processingStatus": "DONE", "reportDocumentId": "d"}
            ),
            Reply({"reportDocumentId": "d", "url": f"{self.amazon.url}/file"}),
            Reply(content.encode("cp1252")),
        )
        return cursor

    def test_it_is_ordered_for_a_period_and_all_sites(self):
        self.amazon.say(Reply({"reportId": "7"}, 202))
        self.step(START)
        [call] = self.amazon.calls()
        self.assertEqual(
            call.json,
            {
                "reportType": order_report.BY_LAST_UPDATE,
                "marketplaceIds": [DE, FR],
                "dataStartTime": "2026-10-21T12:00:00Z",
                "dataEndTime": "2026-11-20T12:00:00Z",
            },
        )

    def test_no_period_is_longer_than_amazon_takes(self):
        request = wish(NOW, days=400)
        self.assertEqual(request.until - request.since, timedelta(days=30))

    def test_orders_of_closed_sites_are_left_out(self):
        french = ROW | {"amazon-order-id": "1", "sales-channel": "Amazon.fr"}
        cursor = self.finished(text(ROW, french))
        page = self.step(cursor, closed=(FR,))
        self.assertEqual([d.key for d in page.documents], [ROW["amazon-order-id"]])
        self.assertEqual(page.cursor, {"until": NOW.isoformat()})

    def test_lines_that_cannot_be_read_come_as_a_document(self):
        cursor = self.finished(text(ROW, ROW | {"purchase-date": "yesterday"}))
        good, bad = self.step(cursor).documents
        self.assertEqual(good.key, ROW["amazon-order-id"])
        with self.assertRaises(Refused):
            self.channel().parse(bad)

    def test_what_amazon_says_instead_of_a_report_is_quoted(self):
        words = "Date range exceeded. Report can be requested only upto 30 days"
        cursor = self.finished(words)
        with self.assertRaises(Refused) as caught:
            self.step(cursor)
        self.assertIn("date range exceeded", str(caught.exception))


class TestOrderReportOfAmazon(SimulatorCase):
    """The report and the Orders API of one Amazon tell the same."""

    def report(self, channel):
        sites = tuple(site.ref for site in channel.check())
        request, cursor = wish(self.world.clock.now(), sites), START
        while True:
            page = order_report.next_step(
                channel._gateway, request, (), cursor, self.world.clock.now()
            )
            if not page.again_in:
                return page.documents
            cursor = page.cursor
            self.world.clock.advance(seconds=page.again_in.total_seconds())

    def test_report_and_api_tell_the_same_of_each_order(self):
        self.world.generate_orders("eu", 120, hours=48)
        for status in ("PENDING", "SHIPPED", "CANCELLED"):
            self.place(status=status, fulfilled_by="AMAZON")
        channel = self.channel()
        told = {d.key: d for d in self.pull_all(channel)[0]}
        found = {d.key: d for d in self.report(channel)}
        orders = {key: channel.parse(document) for key, document in told.items()}
        sold_here = {key for key, order in orders.items() if order.on_channel}
        self.assertEqual(found.keys(), sold_here)
        for key, document in found.items():
            reported, order = channel.parse(document), orders[key]
            for name in ("ref", "site", "status", "by_channel", "seller_ref"):
                self.assertEqual(getattr(reported, name), getattr(order, name), name)
            self.assertEqual(document.version, instant(f"{document.version}"))
            self.assertLessEqual(document.version, told[key].version)
            self.assertFalse(any(is_named(line.ref) for line in reported.lines))
            self.assertEqual(
                sorted(line.sku for line in reported.lines),
                sorted(line.sku for line in order.lines),
            )
            if order.status == UNSHIPPED:
                self.assertSameMoney(reported, order)

    def assertSameMoney(self, reported, order):
        self.assertEqual(reported.currency, order.currency)
        charges = [c for line in order.lines for c in line.charges]
        if any(charge.kind == "discount" for charge in charges):
            return  # their tax is not in the report
        theirs = sorted(
            (c.kind, c.net, c.tax) for line in reported.lines for c in line.charges
        )
        self.assertEqual(
            theirs,
            sorted((c.kind, c.net, c.tax) for c in charges if c.kind in KINDS),
        )


KINDS = ("item", "shipping", "gift_wrap")


@tagged("post_install", "-at_install")
class TestOrderReportInOdoo(AmazonCase):
    def report(self):
        """Fetch the report from the local Amazon and apply it."""
        now = self.world.clock.now
        channel = AmazonChannel(
            self.shop._channel_account(),
            now,
            endpoint=os.environ["ACORN_SPAPI_ENDPOINT"],
            lwa_endpoint=os.environ["ACORN_LWA_ENDPOINT"],
            token_store=MemoryTokenStore(),
            throttle=Unlimited(),
        )
        gateway, cursor, request = channel._gateway, START, wish(now())
        while True:
            page = order_report.next_step(gateway, request, (), cursor, now())
            if not page.again_in:
                break
            cursor = page.cursor
            self.world.clock.advance(seconds=page.again_in.total_seconds())
        messages = self.env["acorn.message"]._receive(self.shop, page.documents)
        messages._apply_batch()
        return messages

    def test_from_the_report_first_and_from_the_api_later(self):
        own = self.site("DE").warehouse_id
        mug = self.product("MUG", 20, own)
        theirs = self.site("DE").fba_warehouse_id
        self.env["stock.quant"]._update_available_quantity(mug, theirs.lot_stock_id, 20)
        refs = [
            self.place(tax="usual"),
            self.place(
                {"sku": "MUG", "quantity": 1, "price": "10.00", "discount": "1.50"},
                tax="usual",
            ),
            self.place(status="SHIPPED", fulfilled_by="AMAZON"),
        ]
        self.report()
        orders = [self.sale(ref) for ref in refs]
        self.assertTrue(all(order.acorn_provisional for order in orders))
        before = [order.order_line.ids for order in orders[::2]]
        stock = self.free(mug, own), self.on_hand(mug, theirs)
        self.assertEqual(stock, (17, 18))
        self.world.clock.advance(minutes=10)
        self.drain()
        for ref, order in zip(refs, orders, strict=True):
            self.assertEqual(self.sale(ref), order)
            self.assertFalse(order.acorn_provisional)
            total = self.world.order(ref)["proceeds"]["grandTotal"]["amount"]
            self.assertEqual(
                f"{order.amount_total + order.acorn_channel_tax:.2f}", total
            )
        self.assertEqual(before, [order.order_line.ids for order in orders[::2]])
        self.assertEqual((self.free(mug, own), self.on_hand(mug, theirs)), stock)
        # The report once more: nothing is new, nothing changes.
        self.assertFalse(self.report())
