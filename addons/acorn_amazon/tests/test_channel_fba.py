"""How Amazon is asked for what it keeps, and for what happened to it."""

import json
from datetime import timedelta

from odoo.addons.acorn_base.channel import (
    AccountProblem,
    Refused,
    RetryLater,
    instant,
)

from ..pull import inventory
from .common_pure import DE, FR, NOW, Reply, ScriptCase
from .test_parse_ledger import ROW, text

GB, PL = "A1F83G8C2ARO7P", "A1C3SOZRARQ6R3"
START = {"until": "2026-11-19T00:00:00+00:00"}


def rows(*skus):
    return [{"sellerSku": sku, "inventoryDetails": {}} for sku in skus]


def answer(*skus, token=""):
    body = {"payload": {"granularity": {}, "inventorySummaries": rows(*skus)}}
    if token:
        body["pagination"] = {"nextToken": token}
    return Reply(body)


class FbaCase(ScriptCase):
    sites = (FR, GB, DE, PL)

    def setUp(self):
        super().setUp()
        self.account = type(self.account)(**{**vars(self.account), "sites": self.sites})

    def pull(self, kind, cursor):
        page = self.channel().pull(kind, cursor)
        self.assertEqual(json.loads(json.dumps(page.cursor)), page.cursor)
        return page

    def queries(self):
        return [call.query for call in self.amazon.calls()]


class TestInventory(FbaCase):
    def test_one_site_of_each_network_is_asked_in_turn(self):
        self.amazon.say(answer("MUG", "LAMP"), answer("TEA"))
        first = self.pull("fba_stock", START)
        self.assertTrue(first.more)
        second = self.pull("fba_stock", first.cursor)
        self.assertFalse(second.more)
        self.assertEqual(
            second.cursor, {"until": NOW.isoformat(), "known": ["EU", "UK"]}
        )
        self.assertEqual(
            self.queries(),
            [
                {
                    "details": "true",
                    "granularityType": "Marketplace",
                    "granularityId": site,
                    "marketplaceIds": site,
                }
                for site in (GB, DE)
            ],
        )
        documents = [*first.documents, *second.documents]
        self.assertEqual(
            [(each.key, each.site) for each in documents], [("UK/1", GB), ("EU/1", DE)]
        )
        snapshot = self.channel().parse(documents[0])
        self.assertEqual(
            (snapshot.network, snapshot.last, len(snapshot.stocks)), ("UK", True, 2)
        )

    def test_all_pages_are_read_in_one_pull_with_the_same_question(self):
        self.amazon.say(answer("A", token="t1"), answer("B", token="t2"), answer("C"))
        self.buckets.clear()
        waits = []

        def sleep(seconds):
            waits.append(seconds)
            self.clock += timedelta(seconds=seconds)

        page = inventory.next_step(
            self.channel()._gateway, (DE,), START, NOW, sleep=sleep
        )
        [document] = page.documents
        snapshot = self.channel().parse(document)
        self.assertEqual([stock.sku for stock in snapshot.stocks], ["A", "B", "C"])
        self.assertTrue(snapshot.last)
        tokens = [query.pop("nextToken", "") for query in self.queries()]
        self.assertEqual(tokens, ["", "t1", "t2"])
        # Two calls at once, the third half a second later: as Amazon publishes.
        self.assertEqual([round(wait, 1) for wait in waits], [0.5])

    def read_in_parts(self, cursor, ticks):
        """Pull while each look at the clock takes some seconds."""
        return inventory.next_step(
            self.channel()._gateway,
            (DE,),
            cursor,
            self.clock,
            clock=iter(ticks).__next__,
        )

    def test_what_takes_too_long_comes_in_parts(self):
        self.amazon.say(answer("A", token="t1"))
        first = self.read_in_parts(START, (0, 21))
        self.assertTrue(first.more)
        self.clock += timedelta(seconds=10)
        self.amazon.say(answer("B"))
        second = self.read_in_parts(first.cursor, (0, 1))
        parts = [self.channel().parse(page.documents[0]) for page in (first, second)]
        self.assertEqual([part.last for part in parts], [False, True])
        self.assertEqual([part.since for part in parts], [NOW, NOW])
        keys = [page.documents[0].key for page in (first, second)]
        self.assertEqual(keys, ["EU/1", "EU/2"])
        self.assertEqual(second.cursor["until"], self.clock.isoformat())

    def test_an_expired_token_begins_the_network_anew(self):
        self.amazon.say(answer("A", token="t1"))
        first = self.read_in_parts(START, (0, 21))
        self.amazon.say(Reply({"errors": [{"code": "InvalidInput"}]}, 400))
        again = self.pull("fba_stock", first.cursor)
        self.assertTrue(again.more)
        self.assertFalse(again.documents)
        self.assertNotIn("token", again.cursor)

    def test_an_account_that_never_sent_amazon_goods_is_no_problem(self):
        """Amazon refuses to answer these, and cannot be asked beforehand."""
        refusal = Reply({"errors": [{"code": "InvalidInput"}]}, 400)
        self.amazon.say(refusal, answer("MUG"))
        first = self.pull("fba_stock", START)
        self.assertEqual((first.documents, first.more), ((), True))
        second = self.pull("fba_stock", first.cursor)
        self.assertEqual(second.cursor["known"], ["EU"])
        self.buckets.clear()
        self.amazon.say(refusal)
        third = self.pull("fba_stock", second.cursor)
        with self.assertRaises(Refused):  # goods were there: now it is one
            self.pull("fba_stock", third.cursor)

    def test_an_answer_without_payload_is_none(self):
        self.amazon.say(Reply({"errors": []}))
        with self.assertRaises(RetryLater):
            self.pull("fba_stock", START)


class TestLedger(FbaCase):
    def ordered(self, cursor=START):
        self.amazon.say(Reply({"reportId": "7"}, 202))
        page = self.pull("ledger", cursor)
        return page.cursor, self.amazon.calls()[-1].json

    def done(self, content=None):
        content = text(ROW).encode() if content is None else content
        self.amazon.say(
            Reply(
                {
                    "reportId": "7",
                    "processingStatus": "DONE",
                    "reportDocumentId": "doc",
                    "processingEndTime": NOW.isoformat(),
                }
            ),
            Reply({"reportDocumentId": "doc", "url": f"{self.amazon.url}/file"}),
            Reply(content),
        )

    def test_the_last_days_are_read_again_for_all_sites_at_once(self):
        cursor, asked = self.ordered()
        self.assertEqual(
            asked,
            {
                "reportType": "GET_LEDGER_DETAIL_VIEW_DATA",
                "marketplaceIds": list(self.sites),
                "dataStartTime": "2026-11-09T00:00:00Z",
            },
        )
        self.done()
        page = self.pull("ledger", cursor)
        [document] = page.documents
        self.assertEqual((document.kind, document.key), ("ledger", "2026-11-09"))
        self.assertEqual(page.cursor, {"until": NOW.isoformat()})
        self.assertFalse(page.more)
        self.assertEqual(len(self.channel().parse(document).events), 1)

    def test_after_a_pause_all_is_read_in_several_reports(self):
        cursor, asked = self.ordered({"until": "2026-10-01T10:00:00+00:00"})
        self.assertEqual(asked["dataStartTime"], "2026-09-21T00:00:00Z")
        self.assertEqual(asked["dataEndTime"], "2026-10-21T00:00:00Z")
        self.done()
        first = self.pull("ledger", cursor)
        self.assertTrue(first.more)
        self.assertEqual(instant(first.cursor["until"]).day, 21)
        cursor, asked = self.ordered(first.cursor)
        self.assertEqual(asked["dataStartTime"], "2026-10-11T00:00:00Z")
        self.done()
        second = self.pull("ledger", cursor)
        self.assertTrue(second.more)
        cursor, asked = self.ordered(second.cursor)
        self.assertNotIn("dataEndTime", asked)
        keys = [page.documents[0].key for page in (first, second)]
        self.assertEqual(keys, ["2026-09-21", "2026-10-11"])

    def test_what_is_no_ledger_is_refused_before_it_is_stored(self):
        cursor, _asked = self.ordered()
        self.done(b"<html>")
        with self.assertRaises(Refused) as caught:
            self.pull("ledger", cursor)
        self.assertEqual(caught.exception.code, "missing_column")

    def test_nothing_happened(self):
        cursor, _asked = self.ordered()
        self.amazon.say(Reply({"reportId": "7", "processingStatus": "CANCELLED"}))
        page = self.pull("ledger", cursor)
        self.assertEqual((page.documents, page.more), ((), False))

    def test_the_role_it_needs_is_told(self):
        denial = {"errors": [{"code": "Unauthorized", "message": "Access is denied."}]}
        self.amazon.say(Reply(denial, 403))
        with self.assertRaises(AccountProblem) as caught:
            self.pull("ledger", START)
        self.assertTrue(caught.exception.stream_only)
        self.assertEqual(caught.exception.values["role"], "Amazon Fulfillment")
