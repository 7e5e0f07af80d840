import json
from dataclasses import replace
from datetime import datetime, timedelta

from odoo.addons.acorn_base.channel import (
    UTC,
    AccountProblem,
    Refused,
    RetryLater,
    instant,
)

from ..pull.order import body_of
from .common_pure import DE, FR, NOW, Reply, ScriptCase
from .test_parse_order import payload

LAG = timedelta(minutes=3)
OVERLAP = timedelta(minutes=10)
REFUSED = {"errors": [{"code": "InvalidInput", "message": "Invalid Input"}]}


def order(number, at="2026-11-20T11:00:00Z", **values):
    return payload("order_pending") | {
        "orderId": f"302-{number:07}-0000000",
        "lastUpdatedTime": at,
        **values,
    }


def time_of(text):
    return instant(text)


class TestOrderStream(ScriptCase):
    def pull(self, cursor=None, **options):
        cursor = cursor or {"until": "2026-11-20T11:00:00+00:00"}
        page = self.channel().pull("order", cursor, **options)
        # It is kept as JSON.
        self.assertEqual(json.loads(json.dumps(page.cursor)), page.cursor)
        return page

    def test_a_window_overlaps_backwards_and_stays_behind_the_present(self):
        self.amazon.say(Reply({"orders": []}))
        page = self.pull()
        [call] = self.amazon.calls()
        self.assertEqual(call.query["lastUpdatedAfter"], "2026-11-20T10:50:00Z")
        # Which end would be too near, Amazon's clock decides.
        self.assertNotIn("lastUpdatedBefore", call.query)
        # Asked for certain sites, Amazon keeps back what was sold elsewhere.
        self.assertNotIn("marketplaceIds", call.query)
        self.assertEqual(page.cursor, {"until": "2026-11-20T11:57:00+00:00"})
        self.assertFalse(page.more)
        self.assertFalse(page.documents)

    def test_a_first_import_goes_week_by_week(self):
        self.amazon.say(Reply({"orders": []}))
        page = self.pull({"until": "2026-09-10T00:00:00+00:00"})
        self.assertEqual(page.cursor, {"until": "2026-09-17T00:00:00+00:00"})
        self.assertTrue(page.more)
        for _week in range(9):
            page = self.pull(page.cursor)
        self.assertTrue(page.more)
        page = self.pull(page.cursor)
        self.assertEqual(page.cursor, {"until": "2026-11-20T11:57:00+00:00"})
        self.assertFalse(page.more)
        asked = [call.query for call in self.amazon.calls()]
        self.assertNotIn("lastUpdatedBefore", asked[-1])
        for before, after in zip(asked, asked[1:], strict=False):
            overlap = time_of(before["lastUpdatedBefore"]) - time_of(
                after["lastUpdatedAfter"]
            )
            self.assertEqual(overlap, OVERLAP)

    def test_a_second_passes_between_two_windows_and_costs_no_call(self):
        self.amazon.say(Reply({"orders": []}))
        page = self.pull()
        self.clock += timedelta(seconds=5)
        self.assertFalse(self.pull(page.cursor).more)
        self.assertEqual(len(self.amazon.calls()), 2)

    def test_nothing_to_ask_yet(self):
        cursor = {"until": (NOW - LAG).isoformat()}
        page = self.pull(cursor)
        self.assertEqual((page.documents, page.cursor, page.more), ((), cursor, False))
        self.assertFalse(self.amazon.requests)

    def test_orders_of_sites_that_are_switched_off_come_too(self):
        """Else they would be missing when the site is switched on again."""
        self.account = replace(self.account, sites=(DE,), closed_sites=(FR,))
        french = order(1, salesChannel={"channelName": "AMAZON", "marketplaceId": FR})
        german = order(2, salesChannel={"channelName": "AMAZON", "marketplaceId": DE})
        self.amazon.say(Reply({"orders": [french, german]}))
        sites = [document.site for document in self.pull().documents]
        self.assertEqual(sites, [FR, DE])

    def test_documents_are_amazons_orders(self):
        first = order(1, "2026-11-20T11:00:00.123Z", buyer={"buyerName": "Žofie 😀"})
        other = order(
            2, salesChannel={"channelName": "NON_AMAZON", "marketplaceId": "X"}
        )
        self.amazon.say(Reply({"orders": [first, other]}))
        one, two = self.pull().documents
        self.assertEqual((one.kind, one.key), ("order", first["orderId"]))
        self.assertEqual(one.version, datetime(2026, 11, 20, 11, 0, 0, 123000, UTC))
        self.assertEqual((one.site, two.site), (FR, ""))
        compact = json.dumps(first, ensure_ascii=False, separators=(",", ":"))
        self.assertEqual(one.body, compact.encode())
        self.assertEqual(self.channel().parse(one).buyer.name, "Žofie 😀")

    def test_a_spoilt_order_is_kept_and_stops_no_other(self):
        spoilt = [{"oops": 1}, None, "?", order(1, "soon"), order(2, salesChannel=[])]
        self.amazon.say(Reply({"orders": [*spoilt, order(3)], "pagination": "none"}))
        *documents, sound = self.pull().documents
        self.assertEqual(len({document.key for document in documents}), 5)
        for document in documents:
            with self.assertRaises(Refused):
                self.channel().parse(document)
        self.assertEqual(documents[0].version, NOW)
        self.channel().parse(sound)

    def test_numbers_of_an_order_stay_numbers(self):
        body = body_of(json.loads('{"a": 2, "b": "1.10", "c": [1.5, true, null]}'))
        self.assertEqual(body, b'{"a":2,"b":"1.10","c":[1.5,true,null]}')
        self.amazon.say(Reply(b'{"order": {"orderId": "1", "v": 1.50, "w": 3}}'))
        [document] = self.pull(keys=["1"]).documents
        self.assertEqual(document.body, b'{"orderId":"1","v":1.5,"w":3}')

    # === PAGES === #

    def pages(self, *tokens, **last):
        for number, token in enumerate(tokens):
            yield Reply({"orders": [order(number)], "pagination": {"nextToken": token}})
        yield Reply({"orders": [order(99)], **last})

    def test_pages_repeat_the_question_whatever_happens_meanwhile(self):
        self.amazon.say(*self.pages("t1", "t2"))
        page = self.pull()
        self.assertTrue(page.more)
        self.assertEqual(page.cursor["until"], "2026-11-20T11:00:00+00:00")
        self.clock += timedelta(hours=2)
        self.account = replace(self.account, closed_sites=(FR,))
        page = self.pull(page.cursor)
        self.assertTrue(page.more)
        page = self.pull(page.cursor)
        self.assertEqual(page.cursor, {"until": "2026-11-20T11:57:00+00:00"})
        asked = [call.query for call in self.amazon.calls()]
        tokens = [query.pop("paginationToken", None) for query in asked]
        self.assertEqual(tokens, [None, "t1", "t2"])
        self.assertEqual(asked[1:], [asked[0]] * 2)

    def test_when_the_last_page_comes_late_there_is_more(self):
        self.amazon.say(*self.pages("t1"))
        page = self.pull()
        self.clock += timedelta(hours=2)
        self.assertTrue(self.pull(page.cursor).more)

    def test_a_token_that_is_too_old_is_not_even_tried(self):
        self.amazon.say(*self.pages("t1", "t2"))
        page = self.pull()
        self.clock += timedelta(hours=23, minutes=1)
        self.pull(page.cursor)
        first, again = self.amazon.calls()
        self.assertNotIn("paginationToken", again.query)
        asked = [call.query["lastUpdatedAfter"] for call in (first, again)]
        self.assertEqual(asked[0], asked[1])

    def test_a_refused_token_starts_the_window_again(self):
        self.amazon.say(*self.pages("t1"))
        cursor = self.pull().cursor
        self.amazon.say(Reply(REFUSED, 400))
        page = self.pull(cursor)
        self.assertEqual(page.cursor["until"], "2026-11-20T11:00:00+00:00")
        self.assertTrue(page.more)
        self.assertFalse(page.documents)
        self.amazon.say(*self.pages())
        page = self.pull(page.cursor)
        self.assertEqual(page.cursor, {"until": "2026-11-20T11:57:00+00:00"})
        self.assertNotIn("paginationToken", self.amazon.calls()[-1].query)

    def test_a_window_that_is_refused_again_and_again_is_told(self):
        cursor = {"until": "2026-11-20T11:00:00+00:00"}
        for _restart in range(3):
            self.amazon.say(*self.pages("t1"))
            cursor = self.pull(cursor).cursor
            self.amazon.say(Reply(REFUSED, 400))
            cursor = self.pull(cursor).cursor
        self.amazon.say(*self.pages("t1"))
        cursor = self.pull(cursor).cursor
        self.amazon.say(Reply(REFUSED, 400))
        with self.assertRaises(Refused):
            self.pull(cursor)

    def test_a_refused_question_is_told_at_once(self):
        self.amazon.say(Reply(REFUSED, 400))
        with self.assertRaises(Refused):
            self.pull()

    def test_the_watermark_is_amazons_if_it_knows_less_than_was_asked(self):
        for said, until in (
            ("2026-11-20T11:30:00Z", "2026-11-20T11:30:00+00:00"),
            ("2026-11-20T12:30:00Z", "2026-11-20T11:57:00+00:00"),
            ("2020-01-01T00:00:00Z", "2026-11-20T11:00:00+00:00"),
            ("soon", "2026-11-20T11:57:00+00:00"),
            ("2026-11-20T11:30:00", "2026-11-20T11:57:00+00:00"),  # of which zone?
            (None, "2026-11-20T11:57:00+00:00"),
        ):
            with self.subTest(said):
                self.amazon.say(Reply({"orders": [], "lastUpdatedBefore": said}))
                page = self.pull()
                self.assertEqual(page.cursor, {"until": until})

    def test_a_watermark_that_does_not_move_is_not_asked_for_at_once(self):
        answer = {"orders": [], "lastUpdatedBefore": "2020-01-01T00:00:00Z"}
        self.amazon.say(Reply(answer))
        self.assertFalse(self.pull().more)

    def test_a_clock_that_is_ahead_of_amazons_asks_no_more_than_it_should(self):
        # Amazon's present is five minutes ago, and it answers up to two before that.
        answer = {"orders": [], "lastUpdatedBefore": "2026-11-20T11:53:00Z"}
        self.amazon.say(Reply(answer))
        page = self.pull()
        self.assertEqual(page.cursor, {"until": "2026-11-20T11:53:00+00:00"})
        self.assertFalse(page.more)

    def test_a_window_begun_by_the_version_before_is_finished(self):
        """Its cursor names no end: the question does."""
        query = {
            "lastUpdatedAfter": "2026-11-20T10:50:00Z",
            "lastUpdatedBefore": "2026-11-20T11:57:00Z",
        }
        until = "2026-11-20T11:00:00+00:00"
        cursor = {"until": until, "token": "t", "born": NOW.isoformat()}
        self.amazon.say(Reply({"orders": []}))
        page = self.pull({**cursor, "query": query})
        self.assertEqual(page.cursor, {"until": "2026-11-20T11:57:00+00:00"})

    def test_no_answer_moves_no_cursor(self):
        for reply in (Reply(b"<html>", 503), Reply({}), Reply(b"", 429)):
            self.amazon.say(reply)
            with self.assertRaises(RetryLater):
                self.pull()

    # === SINGLE ORDERS === #

    def test_single_orders_leave_the_cursor_alone(self):
        self.amazon.say(Reply({"order": order(7)}), Reply({"order": order(8)}))
        cursor = {"until": "2026-11-20T11:00:00+00:00", "token": "t"}
        page = self.pull(cursor, keys=["302-7", "302-8"])
        keys = [document.key for document in page.documents]
        self.assertEqual(keys, ["302-0000007-0000000", "302-0000008-0000000"])
        self.assertEqual((page.cursor, page.more), (cursor, False))

    def test_an_order_that_does_not_exist(self):
        self.amazon.say(
            Reply({"errors": [{"code": "NotFound", "message": "No."}]}, 404)
        )
        with self.assertRaises(Refused) as caught:
            self.pull(keys=["302-9"])
        self.assertEqual(caught.exception.code, "not_found")

    def test_a_revoked_authorisation(self):
        self.amazon.say_at_login(Reply({"error": "invalid_grant"}, 400))
        with self.assertRaises(AccountProblem):
            self.pull()
