import json
from datetime import timedelta

from odoo.addons.acorn_base.channel import Refused, RetryLater

from .common_pure import DE, GOLDEN, JP, NOW, Reply, ScriptCase

START = {"until": "2026-11-19T00:00:00+00:00"}
TEXT = (GOLDEN / "listing_us.txt").read_bytes()


class TestListingStream(ScriptCase):
    def pull(self, cursor, site=DE):
        page = self.channel().pull("listing", cursor, site=site)
        self.assertEqual(json.loads(json.dumps(page.cursor)), page.cursor)
        return page

    def ordered(self):
        self.amazon.say(Reply({"reportId": "7"}, 202))
        return self.pull(START).cursor

    def report(self, status, **values):
        return Reply({"reportId": "7", "processingStatus": status, **values})

    def file(self, text=TEXT, **headers):
        return (
            Reply({"reportDocumentId": "doc", "url": f"{self.amazon.url}/file"}),
            Reply(text, headers=headers),
        )

    def test_a_report_is_ordered_for_one_site(self):
        self.amazon.say(Reply({"reportId": "7"}, 202))
        page = self.pull(START)
        [call] = self.amazon.calls()
        self.assertEqual(
            call.json,
            {"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA", "marketplaceIds": [DE]},
        )
        self.assertEqual(
            page.cursor, {**START, "report": "7", "asked": NOW.isoformat()}
        )
        self.assertEqual(page.again_in, timedelta(minutes=1))
        self.assertFalse(page.more or page.documents)

    def test_one_looks_again_until_it_is_there(self):
        cursor = self.ordered()
        for status in ("IN_QUEUE", "IN_PROGRESS", "SOMETHING_NEW"):
            self.amazon.say(self.report(status))
            page = self.pull(cursor)
            self.assertEqual(page.cursor, cursor)
            self.assertEqual(page.again_in, timedelta(minutes=1))

    def test_the_report_is_one_document(self):
        cursor = self.ordered()
        done = self.report(
            "DONE", reportDocumentId="doc", dataEndTime="2026-11-20T11:58:00+00:00"
        )
        self.amazon.say(done, *self.file())
        page = self.pull(cursor)
        [document] = page.documents
        self.assertEqual(
            (document.kind, document.key, document.site), ("listing", DE, DE)
        )
        self.assertEqual(document.version, NOW - timedelta(minutes=2))
        self.assertEqual(page.cursor, {"until": NOW.isoformat()})
        self.assertIsNone(page.again_in)
        snapshot = self.channel().parse(document)
        self.assertEqual((snapshot.site, len(snapshot.listings)), (DE, 4))
        paths = [call.path for call in self.amazon.calls()]
        self.assertEqual(
            paths[1:],
            [
                "/reports/2021-06-30/reports/7",
                "/reports/2021-06-30/documents/doc",
                "/file",
            ],
        )

    def test_the_document_is_utf_8_whatever_came(self):
        for text, charset, site in (
            ("TÖPFE", "cp1252", DE),
            ("茶碗", "shift_jis", JP),
            ("茶碗", "utf-8", JP),
        ):
            cursor = self.ordered()
            self.buckets.clear()
            done = self.report("DONE", reportDocumentId="doc")
            self.amazon.say(done, *self.file(text.encode(charset)))
            [document] = self.pull(cursor, site).documents
            with self.subTest(charset):
                self.assertEqual(document.body.decode(), text)
                self.assertEqual(document.version, NOW)

    def test_amazon_cancels_a_report_that_has_nothing_to_say(self):
        cursor = self.ordered()
        self.amazon.say(self.report("CANCELLED"))
        page = self.pull(cursor)
        self.assertEqual(page.cursor, {"until": NOW.isoformat()})
        self.assertFalse(page.documents or page.more or page.again_in)

    def test_a_failed_report_is_told_with_amazons_words_then_ordered_anew(self):
        cursor = self.ordered()
        fatal = self.report("FATAL", reportDocumentId="doc")
        self.amazon.say(fatal, *self.file(b'{"errorDetails": "No such thing"}'))
        with self.assertRaises(Refused) as caught:
            self.pull(cursor)
        self.assertEqual(caught.exception.code, "report_failed")
        self.assertIn("No such thing", str(caught.exception))
        self.clock += timedelta(hours=1, minutes=1)
        self.amazon.say(self.report("FATAL"), Reply({"reportId": "8"}, 202))
        self.assertEqual(self.pull(cursor).cursor["report"], "8")

    def test_a_report_that_never_comes_or_is_gone_is_ordered_anew(self):
        cursor = self.ordered()
        self.amazon.say(Reply(b"", 404), Reply({"reportId": "8"}, 202))
        self.assertEqual(self.pull(cursor).cursor["report"], "8")
        self.clock += timedelta(hours=12, minutes=1)
        self.amazon.say(Reply({"reportId": "9"}, 202))
        page = self.pull(cursor)
        self.assertEqual(page.cursor["report"], "9")
        self.assertEqual(page.cursor["asked"], self.clock.isoformat())

    def test_another_refusal_is_told(self):
        cursor = self.ordered()
        self.amazon.say(Reply(b"", 400))
        with self.assertRaises(Refused) as caught:
            self.pull(cursor)
        self.assertEqual(caught.exception.code, "refused")

    def test_a_file_that_cannot_be_had_now_is_asked_for_again(self):
        cursor = self.ordered()
        done = self.report("DONE", reportDocumentId="doc")
        for broken in (Reply(b"<Error/>", 403), Reply(b"", 500), Reply(reset=True)):
            self.buckets.clear()
            self.amazon.say(done, self.file()[0], broken)
            with self.assertRaises(RetryLater):
                self.pull(cursor)
        self.amazon.say(done, *self.file())
        self.assertTrue(self.pull(cursor).documents)
