"""How settlements are found at Amazon, fetched, and taken from a file."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta

from odoo.addons.acorn_base.channel import AccountProblem, Refused, RetryLater

from ..marketplaces import TABLE
from ..pull.settlement import REPORT
from .common_pure import DE, FR, GOLDEN, NOW, Reply, ScriptCase
from .test_parse_settlement import FOLDER

EUROPE = tuple(site.ref for site in TABLE if site.region == "eu")
START = {"until": (NOW - timedelta(days=90)).isoformat()}
FILE = (FOLDER / "de.txt").read_bytes()
REF = "20000000002"


def report(number, days=1, status="DONE", **values):
    """Return a report as Amazon lists it, made so many days ago."""
    made = f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%S}+00:00"
    document = {"reportDocumentId": f"doc-{number}"} if status == "DONE" else {}
    return {
        "reportId": str(number),
        "reportType": REPORT,
        "processingStatus": status,
        "createdTime": made,
        **document,
        **values,
    }


class TestSettlementStream(ScriptCase):
    def setUp(self):
        super().setUp()
        self.account = replace(self.account, sites=(DE,), closed_sites=(FR,))

    def pull(self, cursor):
        self.buckets.clear()
        page = self.channel().pull("settlement", cursor)
        self.assertEqual(json.loads(json.dumps(page.cursor)), page.cursor)
        return page

    def look(self, *reports, cursor=None, token=None):
        body = {"reports": list(reports)}
        self.amazon.say(Reply(body | ({"nextToken": token} if token else {})))
        return self.pull(cursor or START)

    def bring(self, cursor, content=FILE):
        url = f"{self.amazon.url}/file"
        self.amazon.say(Reply({"reportDocumentId": "d", "url": url}), Reply(content))
        return self.pull(cursor)

    def test_they_are_looked_for_and_never_ordered(self):
        page = self.look()
        [call] = self.amazon.calls()
        self.assertEqual(
            (call.method, call.path), ("GET", "/reports/2021-06-30/reports")
        )
        self.assertEqual(
            call.query,
            {
                "reportTypes": REPORT,
                "marketplaceIds": f"{DE},{FR}",
                "createdSince": "2026-08-22T13:00:00Z",
                "pageSize": "100",
            },
        )
        self.assertEqual((page.documents, page.more), ((), False))
        self.assertEqual(page.cursor, {"until": NOW.isoformat(), "seen": []})

    def test_all_marketplaces_are_named_ten_a_call(self):
        self.account = replace(self.account, sites=EUROPE, closed_sites=())
        page = self.look(report(1), report(2))
        named = [
            call.query["marketplaceIds"].split(",") for call in self.amazon.calls()
        ]
        self.assertEqual([len(names) for names in named], [10, len(EUROPE) - 10])
        self.assertEqual(tuple(ref for names in named for ref in names), EUROPE)
        # Both calls tell of the same reports.
        self.assertEqual(len(page.cursor["waiting"]), 2)

    def test_before_the_sites_are_known_none_is_named(self):
        self.account = replace(self.account, sites=(), closed_sites=())
        self.look()
        self.assertNotIn("marketplaceIds", self.amazon.calls()[0].query)

    def test_page_by_page_even_where_one_is_empty(self):
        self.amazon.say(
            Reply({"reports": [], "nextToken": "a"}),
            Reply({"reports": [report(1)], "nextToken": "b"}),
            Reply({"reports": []}),
        )
        page = self.pull(START)
        self.assertTrue(page.more)
        self.assertEqual([each[0] for each in page.cursor["waiting"]], ["1"])
        queries = [call.query for call in self.amazon.calls()]
        self.assertEqual(queries[1:], [{"nextToken": "a"}, {"nextToken": "b"}])

    def test_one_file_a_page_the_oldest_first(self):
        page = self.look(report(2, days=3), report(1, days=17))
        first = self.bring(page.cursor)
        self.assertTrue(first.more)
        second = self.bring(first.cursor, (FOLDER / "gb.txt").read_bytes())
        self.assertFalse(second.more)
        self.assertEqual(second.cursor, {"until": NOW.isoformat(), "seen": ["1", "2"]})
        [document] = first.documents
        self.assertEqual((document.kind, document.key), ("settlement", REF))
        self.assertEqual(document.version, NOW - timedelta(days=17))
        self.assertEqual(document.body, FILE)
        self.assertEqual(self.channel().parse(document).ref, REF)
        self.assertEqual(second.documents[0].key, "20000000003")

    def test_each_report_is_fetched_once(self):
        page = self.look(report(1))
        page = self.bring(page.cursor)
        self.clock += timedelta(hours=6)
        page = self.look(report(2, days=0), report(1), cursor=page.cursor)
        self.assertEqual([each[0] for each in page.cursor["waiting"]], ["2"])
        # A week is looked at again, for reports that show late.
        self.assertEqual(
            self.amazon.calls()[-1].query["createdSince"], "2026-11-13T12:00:00Z"
        )

    def test_a_settlement_that_comes_twice_is_one_document(self):
        page = self.look(report(1, days=2), report(2, days=1))
        first = self.bring(page.cursor)
        second = self.bring(first.cursor)
        [one], [other] = first.documents, second.documents
        self.assertEqual((one.key, one.body), (other.key, other.body))
        self.assertLess(one.version, other.version)

    def test_what_is_still_being_made_is_looked_for_again(self):
        made, failed = (
            report(2, days=20, status="IN_PROGRESS"),
            report(1, status="FATAL"),
        )
        page = self.look(made, failed, report(3, status="CANCELLED"))
        self.assertFalse(page.more)
        until = NOW - timedelta(days=20)
        self.assertEqual(page.cursor, {"until": until.isoformat(), "seen": ["1", "3"]})
        page = self.look(report(2, days=20), cursor=page.cursor)
        self.assertEqual([each[0] for each in page.cursor["waiting"]], ["2"])

    def test_a_stream_that_was_still_for_long_asks_no_further_than_amazon_keeps(self):
        self.look(cursor={"until": "2020-01-01T00:00:00+00:00"})
        since = self.amazon.calls()[0].query["createdSince"]
        self.assertEqual(since, "2026-08-22T13:00:00Z")

    def test_zipped(self):
        page = self.look(report(1))
        [document] = self.bring(page.cursor, gzip.compress(FILE)).documents
        self.assertEqual(document.body, FILE)

    def test_an_address_that_has_expired_is_asked_for_again(self):
        page = self.look(report(1))
        url = f"{self.amazon.url}/file"
        self.amazon.say(Reply({"reportDocumentId": "d", "url": url}), Reply(b"", 403))
        with self.assertRaises(RetryLater):
            self.pull(page.cursor)
        self.assertEqual(self.bring(page.cursor).documents[0].key, REF)

    def test_a_file_that_amazon_has_no_more_is_told_and_stops_no_other(self):
        page = self.look(report(1, days=2), report(2))
        error = {"errors": [{"code": "NotFound", "message": "no such document"}]}
        self.amazon.say(Reply(error, 404))
        page = self.pull(page.cursor)
        [gone] = page.documents
        self.assertEqual(gone.key, "?1")
        with self.assertRaisesRegex(Refused, "report 1: .*no such document") as caught:
            self.channel().parse(gone)
        self.assertEqual(caught.exception.code, "settlement_gone")
        self.assertEqual(self.bring(page.cursor).documents[0].key, REF)

    def test_a_file_that_is_no_settlement_is_told_and_stops_no_other(self):
        page = self.look(report(1, days=2), report(2))
        page = self.bring(page.cursor, b"Sorry, try again.")
        with self.assertRaisesRegex(Refused, "It has: Sorry, try again") as caught:
            self.channel().parse(page.documents[0])
        self.assertEqual(caught.exception.code, "no_settlement")
        self.assertEqual(self.bring(page.cursor).documents[0].key, REF)

    def test_the_role_it_needs_is_told(self):
        error = {"errors": [{"code": "Unauthorized", "message": "Access denied."}]}
        self.amazon.say(Reply(error, 403))
        with self.assertRaises(AccountProblem) as caught:
            self.pull(START)
        self.assertEqual(caught.exception.values["role"], "Finance and Accounting")
        self.assertTrue(caught.exception.stream_only)

    def test_what_is_no_list_of_reports_is_no_empty_list(self):
        self.amazon.say(Reply({"payload": {}}))
        with self.assertRaises(RetryLater):
            self.pull(START)

    def test_the_stream_reaches_back_as_far_as_amazon_keeps(self):
        stream = self.channel()._stream("settlement")
        self.assertEqual(stream.every, timedelta(hours=6))
        self.assertEqual(stream.history, timedelta(days=90) - timedelta(hours=1))


class TestSettlementFile(ScriptCase):
    def test_a_file_that_a_person_downloaded_is_the_document_that_amazon_gives(self):
        for content in (FILE, gzip.compress(FILE)):
            [document], problems = self.channel().read_file("settlement", content)
            self.assertEqual((document.key, document.body), (REF, FILE))
            self.assertEqual(problems, [])
        # Amazon's own file is always newer than the settlement's end.
        self.assertEqual(document.version, self.channel().parse(document).until)

    def test_japanese_in_an_account_of_europe(self):
        content = (FOLDER / "jp.txt").read_bytes()
        [document], _problems = self.channel().read_file("settlement", content)
        self.assertEqual(self.channel().parse(document).lines[0].sku, "マグカップ-赤")

    def test_another_file_and_one_that_cannot_be_read_are_refused(self):
        returns = (GOLDEN / "returns.txt").read_bytes()
        broken = FILE.replace(b"-5,27", b"-5,,7")
        for content, code in ((returns, "no_settlement"), (broken, "bad_settlement")):
            with self.assertRaises(Refused) as caught:
                self.channel().read_file("settlement", content)
            self.assertEqual(caught.exception.code, code)
