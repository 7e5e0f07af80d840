"""Cancelling an order at Amazon: the feed, its result, and the order itself."""

from xml.etree import ElementTree

from odoo.addons.acorn_base import records
from odoo.addons.acorn_base.channel import Refused, RetryLater
from odoo.addons.acorn_base.records import Cancellation

from ..build.cancellation import REASONS, acknowledgement, complaints
from ..simulator.world.acknowledgements import REASONS as AMAZONS
from .common_pure import DE, PureCase, Reply, ScriptCase
from .test_channel_simulator import SimulatorCase
from .test_parse_order import payload


def cancellation(order_ref="303-1", reason=records.NO_STOCK, lines=("1", "2")):
    return Cancellation(order_ref, DE, reason, tuple(lines))


class TestFeed(PureCase):
    def test_it_says_failure_and_the_reason_of_each_item(self):
        body = acknowledgement("A1SELLER", cancellation())
        envelope = ElementTree.fromstring(body)
        self.assertEqual(envelope.findtext("Header/MerchantIdentifier"), "A1SELLER")
        self.assertEqual(envelope.findtext("MessageType"), "OrderAcknowledgement")
        said = envelope.find("Message/OrderAcknowledgement")
        self.assertEqual(said.findtext("AmazonOrderID"), "303-1")
        self.assertEqual(said.findtext("StatusCode"), "Failure")
        self.assertEqual(
            [[part.text for part in item] for item in said.findall("Item")],
            [["1", "NoInventory"], ["2", "NoInventory"]],
        )

    def test_what_a_reference_holds_never_becomes_xml(self):
        body = acknowledgement("A&<", cancellation(lines=("</Item>",)))
        envelope = ElementTree.fromstring(body)
        self.assertEqual(envelope.findtext(".//AmazonOrderItemCode"), "</Item>")

    def test_every_reason_is_one_of_amazons(self):
        self.assertLessEqual(set(REASONS.values()), set(AMAZONS))
        for reason in REASONS:
            acknowledgement("A1", cancellation(reason=reason))

    def test_an_order_without_items_is_refused_before_anything_is_sent(self):
        with self.assertRaises(Refused):
            acknowledgement("A1", cancellation(lines=()))

    def test_what_is_no_processing_report_complains_of_nothing(self):
        for text in ("", "{}", "<html>", "<AmazonEnvelope/>"):
            self.assertEqual(complaints(text), "")
        report = (
            "<A><Result><ResultCode>Warning</ResultCode><ResultDescription>w"
            "</ResultDescription></Result><Result><ResultCode>Error</ResultCode>"
            "<ResultMessageCode>7</ResultMessageCode></Result></A>"
        )
        self.assertEqual(complaints(report), "Error 7")


class TestCancellation(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.world.clock.freeze()

    def order(self, status="UNSHIPPED", **wishes):
        lines = [{"sku": "OAK-MUG-4", "quantity": 3}, {"sku": "OAK-APRON"}]
        raw = self.world.place_order(
            lines, "DE", status=status, **{"fulfilled_by": "MERCHANT", **wishes}
        )
        return raw["orderId"], [item["orderItemId"] for item in raw["orderItems"]]

    def status(self, order_id):
        return self.world.order(order_id)["fulfillment"]["fulfillmentStatus"]

    def shown(self):
        listings = self.world.show_listings("eu")
        return next(e for e in listings if e["sku"] == "OAK-MUG-4")["quantities"]["eu"]

    def test_the_receipt_waits_until_the_order_is_cancelled(self):
        order_id, items = self.order()
        record, channel = cancellation(order_id, lines=items), self.channel()
        receipt = channel.push(record)
        self.assertEqual(receipt.state, "waiting")
        self.assertEqual(channel.poll(record, receipt.reference).state, "waiting")
        self.assertEqual(self.status(order_id), "UNSHIPPED")
        self.world.clock.advance(minutes=2)
        self.assertEqual(channel.poll(record, receipt.reference).state, "done")
        self.assertEqual(self.status(order_id), "CANCELLED")
        item = self.world.order(order_id)["orderItems"][0]
        self.assertEqual(
            item["cancellation"]["cancellationExecution"],
            {"cancelledBy": "MERCHANT", "cancelReason": "NoInventory"},
        )

    def test_units_are_offered_again_unless_there_are_none(self):
        for reason, back in ((records.NO_STOCK, 0), (records.BUYER, 3)):
            order_id, items = self.order()
            before = self.shown()
            self.channel().push(cancellation(order_id, reason, items))
            self.world.clock.advance(minutes=2)
            self.assertEqual(self.shown(), before + back)

    def test_amazons_words_come_back(self):
        for wishes, words in (
            ({"status": "SHIPPED"}, "SHIPPED"),
            ({"fulfilled_by": "AMAZON"}, "fulfilled by Amazon"),
        ):
            order_id, items = self.order(**wishes)
            record, channel = cancellation(order_id, lines=items), self.channel()
            receipt = channel.push(record)
            self.world.clock.advance(minutes=2)
            with self.assertRaises(Refused) as caught:
                channel.poll(record, receipt.reference)
            self.assertEqual(caught.exception.code, "cancellation_refused")
            self.assertIn(words, str(caught.exception))

    def test_part_of_an_order_is_not_cancelled(self):
        order_id, items = self.order()
        record, channel = cancellation(order_id, lines=items[:1]), self.channel()
        receipt = channel.push(record)
        self.world.clock.advance(minutes=2)
        with self.assertRaisesRegex(Refused, "each of its items"):
            channel.poll(record, receipt.reference)
        self.assertEqual(self.status(order_id), "UNSHIPPED")

    def test_told_twice_it_is_cancelled_all_the_same(self):
        order_id, items = self.order()
        record, channel = cancellation(order_id, lines=items), self.channel()
        channel.push(record)
        receipt = channel.push(record)
        self.world.clock.advance(minutes=2)
        self.assertEqual(channel.poll(record, receipt.reference).state, "done")

    def test_a_feed_that_amazon_gives_up_is_told(self):
        order_id, items = self.order()
        record, channel = cancellation(order_id, lines=items), self.channel()
        self.world.set_options(job_fate="FATAL")
        receipt = channel.push(record)
        self.world.clock.advance(minutes=2)
        with self.assertRaisesRegex(Refused, "FATAL"):
            channel.poll(record, receipt.reference)


class TestLostAnswers(ScriptCase):
    def order(self, status):
        data = payload()
        data["fulfillment"]["fulfillmentStatus"] = status
        return Reply({"order": data})

    def test_without_a_number_the_order_is_asked(self):
        for status, state in (("UNSHIPPED", "unknown"), ("CANCELLED", "done")):
            self.amazon.say(self.order(status))
            self.assertEqual(self.channel().poll(cancellation()).state, state)

    def test_a_feed_whose_answer_is_lost_has_an_unknown_outcome(self):
        url = f"{self.amazon.url}/document"
        self.amazon.say(
            Reply({"feedDocumentId": "d1", "url": url}, 201),
            Reply(),
            Reply(reset=True),
        )
        with self.assertRaises(RetryLater) as caught:
            self.channel().push(cancellation())
        self.assertTrue(caught.exception.unknown_outcome)

    def test_read_without_a_complaint_is_not_cancelled_yet(self):
        feed = {"feedId": "7", "feedType": "x", "createdTime": "2026-11-20T00:00:00Z"}
        self.amazon.say(
            Reply({**feed, "processingStatus": "DONE"}), self.order("UNSHIPPED")
        )
        receipt = self.channel().poll(cancellation(), "7")
        self.assertEqual((receipt.state, receipt.reference), ("waiting", "read 7"))
        self.amazon.say(self.order("UNSHIPPED"))
        again = self.channel().poll(cancellation(), "read 7")
        self.assertEqual((again.state, again.reference), ("waiting", "read 7"))
        self.amazon.say(self.order("CANCELLED"))
        self.assertEqual(self.channel().poll(cancellation(), "read 7").state, "done")
