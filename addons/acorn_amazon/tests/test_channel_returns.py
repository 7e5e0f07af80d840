import json
from dataclasses import replace
from datetime import timedelta

from odoo.addons.acorn_base.channel import Refused

from .common_pure import DE, FR, GOLDEN, NOW, Reply, ScriptCase

FBM = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
FBA = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"
START = {"until": (NOW - timedelta(days=3)).isoformat()}


class TestReturnStreams(ScriptCase):
    def setUp(self):
        super().setUp()
        self.account = replace(self.account, sites=(DE, FR))

    def pull(self, kind, cursor):
        page = self.channel().pull(kind, cursor)
        self.assertEqual(json.loads(json.dumps(page.cursor)), page.cursor)
        return page

    def ordered(self, kind="return", cursor=None):
        cursor = cursor or START
        self.amazon.say(Reply({"reportId": "7"}, 202))
        page = self.pull(kind, cursor)
        return page.cursor, self.amazon.calls()[-1].json

    def bring(self, kind, cursor, text):
        self.buckets.clear()
        done = {"reportId": "7", "processingStatus": "DONE", "reportDocumentId": "doc"}
        self.amazon.say(
            Reply(done),
            Reply({"reportDocumentId": "doc", "url": f"{self.amazon.url}/file"}),
            Reply(text),
        )
        return self.pull(kind, cursor)

    def test_one_report_for_all_sites_as_far_back_as_amazon_gives(self):
        for kind, report, days in (("return", FBM, 60), ("fba_return", FBA, 40)):
            with self.subTest(kind):
                cursor, body = self.ordered(kind)
                self.assertEqual(body["reportType"], report)
                self.assertEqual(body["marketplaceIds"], [DE, FR])
                self.assertNotIn("dataEndTime", body)
                asked = NOW - timedelta(days=days)
                self.assertGreaterEqual(body["dataStartTime"], f"{asked:%Y-%m-%dT%H}")
                self.assertEqual(cursor["report"], "7")

    def test_a_report_becomes_a_document_for_each_return(self):
        cursor, _body = self.ordered()
        text = (GOLDEN / "returns.txt").read_bytes()
        page = self.bring("return", cursor, text)
        self.assertEqual(page.cursor, {"until": NOW.isoformat()})
        self.assertFalse(page.more)
        self.assertEqual(len(page.documents), 5)
        self.assertEqual({document.kind for document in page.documents}, {"return"})
        parsed = self.channel().parse(page.documents[1])
        self.assertEqual(parsed.title, "Leuchte „Köln“")

    def test_fba_returns_too(self):
        cursor, _body = self.ordered("fba_return")
        text = (GOLDEN / "fba_returns.txt").read_bytes()
        page = self.bring("fba_return", cursor, text)
        self.assertEqual(len(page.documents), 4)
        self.assertTrue(self.channel().parse(page.documents[0]).by_channel)

    def test_in_whatever_charset_it_comes(self):
        text = (GOLDEN / "returns.txt").read_text("utf-8")
        cursor, _body = self.ordered()
        page = self.bring("return", cursor, text.encode("cp1252"))
        self.assertEqual(
            self.channel().parse(page.documents[1]).title, "Leuchte „Köln“"
        )

    def test_a_stream_that_was_still_for_long_catches_up(self):
        cursor = {"until": (NOW - timedelta(days=100)).isoformat()}
        cursor, body = self.ordered(cursor=cursor)
        self.assertEqual(body["dataStartTime"], "2026-08-12T12:00:00Z")
        self.assertEqual(body["dataEndTime"], "2026-10-11T11:00:00Z")
        page = self.bring("return", cursor, (GOLDEN / "returns.txt").read_bytes())
        self.assertTrue(page.more)
        self.assertEqual(page.cursor, {"until": "2026-10-11T11:00:00+00:00"})
        self.buckets.clear()
        cursor, body = self.ordered(cursor=page.cursor)
        self.assertNotIn("dataEndTime", body)
        self.assertEqual(body["dataStartTime"], "2026-09-21T13:00:00Z")

    def test_nothing_to_report(self):
        cursor, _body = self.ordered()
        self.amazon.say(Reply({"reportId": "7", "processingStatus": "CANCELLED"}))
        page = self.pull("return", cursor)
        self.assertEqual((page.documents, page.more), ((), False))
        self.assertEqual(page.cursor, {"until": NOW.isoformat()})

    def test_a_page_that_is_no_such_report_is_told(self):
        cursor, _body = self.ordered()
        with self.assertRaises(Refused) as caught:
            self.bring("return", cursor, b"Sorry, more than 60 days.")
        self.assertEqual(caught.exception.code, "missing_column")
        self.assertIn("more than 60 days", str(caught.exception))
