"""How the channel reads transactions, payouts and product days."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache

from odoo.addons.acorn_base.channel import AccountProblem, Refused, RetryLater, instant

from ..fees import FEES
from .common_pure import DE, NOW, Reply, ScriptCase
from .test_channel_simulator import SimulatorCase
from .test_parse_transaction import SHIPMENT
from .test_simulator import START


@cache
def nature(*words):
    """What the most exact of Amazon's words that fit says; '' when none does."""
    words = tuple(map(str.lower, words))
    fitting = [
        (sum("*" in part for part in pattern), index, each)
        for index, each in enumerate(FEES)
        for pattern in [_pattern(each)]
        if all(map(fnmatchcase, words, pattern))
    ]
    return min(fitting)[-1].nature if fitting else ""


def _pattern(word):
    parts = word.transaction_type, word.amount_type, word.description
    return tuple(map(str.lower, parts))


START_AT = {"until": (NOW - timedelta(days=3)).isoformat()}


class FinanceScript(ScriptCase):
    def setUp(self):
        super().setUp()
        self.account = replace(self.account, sites=(DE,))

    def pull(self, kind, cursor=None, site=""):
        self.buckets.clear()
        page = self.channel().pull(kind, cursor or START_AT, site)
        self.assertEqual(json.loads(json.dumps(page.cursor)), page.cursor)
        return page


class TestTransactionStream(FinanceScript):
    def say(self, *transactions, token=None):
        payload = {"transactions": list(transactions), "nextToken": token}
        self.amazon.say(Reply({"payload": payload}))

    def test_the_last_weeks_are_read_again(self):
        self.say(SHIPMENT)
        page = self.pull("transaction")
        query = self.amazon.calls()[-1].query
        self.assertEqual(query["postedAfter"], "2026-10-03T12:00:00Z")
        # Up to Amazon's own now: ours may be ahead of it.
        self.assertNotIn("postedBefore", query)
        self.assertNotIn("marketplaceId", query)
        [document] = page.documents
        self.assertEqual(document.key, SHIPMENT["transactionId"])
        self.assertEqual((document.site, document.version), (DE, NOW))
        self.assertFalse(page.more)
        self.assertEqual(page.cursor, {"until": "2026-11-20T11:57:00+00:00"})
        self.assertEqual(self.channel().parse(document).total.amount, Decimal("25.39"))

    def test_the_same_transaction_is_the_same_document(self):
        self.say(SHIPMENT)
        first = self.pull("transaction").documents[0]
        self.clock += timedelta(hours=4)
        again = self.pull("transaction").documents[0]
        self.assertEqual((again.key, again.body), (first.key, first.body))
        changed = {**SHIPMENT, "transactionStatus": "DEFERRED_RELEASED"}
        self.say(changed)
        later = self.pull("transaction").documents[0]
        self.assertEqual(later.key, first.key)
        self.assertGreater(later.version, first.version)
        self.assertNotEqual(later.body, first.body)

    def test_pages_with_the_same_arguments_some_of_them_empty(self):
        self.say(token="one")
        page = self.pull("transaction")
        asked = self.amazon.calls()[-1].query
        self.assertTrue(page.more)
        self.assertEqual(page.documents, ())
        self.clock += timedelta(minutes=10)
        self.say(SHIPMENT, token="two")
        page = self.pull("transaction", page.cursor)
        self.assertEqual(self.amazon.calls()[-1].query, asked | {"nextToken": "one"})
        self.assertEqual(len(page.documents), 1)
        self.say()
        page = self.pull("transaction", page.cursor)
        self.assertEqual(self.amazon.calls()[-1].query, asked | {"nextToken": "two"})
        self.assertNotIn("query", page.cursor)

    def test_no_window_is_longer_than_amazon_takes(self):
        cursor = {"until": (NOW - timedelta(days=400)).isoformat()}
        self.say()
        for _window in range(9):
            page = self.pull("transaction", cursor)
            query = self.amazon.calls()[-1].query
            since = instant(query["postedAfter"])
            until = instant(query.get("postedBefore", NOW.isoformat()))
            self.assertLess(until - since, timedelta(days=180))
            self.assertLess(since, until)
            self.assertEqual(page.more, page.cursor["until"][:10] != "2026-11-20")
            cursor = page.cursor
            if not page.more:
                break
        self.assertFalse(page.more)
        self.assertLess(_window, 5)

    def test_a_token_that_has_expired_begins_anew_once(self):
        refused = Reply({"errors": [{"code": "InvalidInput", "message": "token"}]}, 400)
        self.say(token="one")
        page = self.pull("transaction")
        self.amazon.say(refused)
        page = self.pull("transaction", page.cursor)
        self.assertTrue(page.more)
        self.assertNotIn("token", page.cursor)
        self.say(token="two")
        page = self.pull("transaction", page.cursor)
        self.amazon.say(refused)
        with self.assertRaises(Refused):
            self.pull("transaction", page.cursor)

    def test_a_page_that_leads_to_itself_is_no_way_on(self):
        self.say(token="one")
        page = self.pull("transaction")
        with self.assertRaises(RetryLater):
            self.pull("transaction", page.cursor)

    def test_a_missing_role_is_a_problem_of_the_stream_alone(self):
        denied = {"code": "Unauthorized", "message": "Access is denied.", "details": ""}
        self.amazon.say(Reply({"errors": [denied]}, 403))
        for kind in ("transaction", "payout", "product_day"):
            with self.assertRaises(AccountProblem) as caught:
                self.pull(kind, site=DE)
            self.assertTrue(caught.exception.stream_only)


class TestPayoutStream(FinanceScript):
    def test_each_payout_is_a_document(self):
        payouts = [{"id": "1", "amount": {"currencyAmount": 1.5}}, {"id": "2"}]
        self.amazon.say(Reply({"payouts": payouts}))
        page = self.pull("payout")
        query = self.amazon.calls()[-1].query
        self.assertEqual(query["createdAfter"], "2026-10-03T12:00:00Z")
        self.assertEqual([each.key for each in page.documents], ["1", "2"])
        self.assertFalse(page.more)

    def test_an_answer_without_payouts_is_none(self):
        self.amazon.say(Reply({}))
        with self.assertRaises(RetryLater):
            self.pull("payout")


class TestProductDayStream(FinanceScript):
    def asked(self, cursor=None):
        self.amazon.say(Reply({"queryId": "7"}, 202))
        page = self.pull("product_day", cursor, DE)
        return page, self.amazon.calls()[-1].json["query"]

    def answer(self, cursor, *replies):
        self.amazon.say(*replies)
        return self.pull("product_day", cursor, DE)

    def done(self, text):
        return (
            Reply({"queryId": "7", "processingStatus": "DONE", "dataDocumentId": "d"}),
            Reply({"documentId": "d", "documentUrl": f"{self.amazon.url}/file"}),
            Reply(text),
        )

    def test_two_weeks_up_to_yesterday_at_the_site(self):
        page, query = self.asked({"until": NOW.isoformat()})
        self.assertIn('startDate: "2026-11-06"', query)
        self.assertIn('endDate: "2026-11-19"', query)
        self.assertIn(f'marketplaceIds: ["{DE}"]', query)
        self.assertEqual(page.cursor["query"], "7")
        self.assertTrue(page.again_in)
        waiting = Reply({"queryId": "7", "processingStatus": "IN_PROGRESS"})
        page = self.answer(page.cursor, waiting)
        self.assertEqual((page.documents, page.cursor["query"]), ((), "7"))

    def test_each_day_is_a_document_also_without_any_sale(self):
        page, _query = self.asked({"until": NOW.isoformat()})
        row = b'{"startDate":"2026-11-18","msku":"LAMP","ads":[],"sales":null}\n\n'
        page = self.answer(page.cursor, *self.done(row))
        self.assertEqual(len(page.documents), 14)
        self.assertEqual(page.documents[0].key, f"{DE}/2026-11-06")
        counts = [len(self.channel().parse(each).days) for each in page.documents]
        self.assertEqual(counts, [0] * 12 + [1, 0])
        self.assertFalse(page.more)
        again, _query = self.asked(page.cursor)
        self.assertEqual(again.cursor["upto"], "2026-11-19")

    def test_a_stream_that_starts_catches_up_query_by_query(self):
        page, query = self.asked({"until": (NOW - timedelta(days=60)).isoformat()})
        self.assertIn('startDate: "2026-09-08"', query)
        self.assertIn('endDate: "2026-10-07"', query)
        nothing = Reply({"queryId": "7", "processingStatus": "DONE"})
        page = self.answer(page.cursor, nothing)
        self.assertTrue(page.more)
        self.assertEqual(len(page.documents), 30)
        page, query = self.asked(page.cursor)
        self.assertIn('startDate: "2026-09-25"', query)

    def test_what_went_wrong_is_told_and_asked_again_later(self):
        page, _query = self.asked()
        failed = Reply(
            {"queryId": "7", "processingStatus": "FATAL", "errorDocumentId": "e"}
        )
        located = Reply({"documentId": "e", "documentUrl": f"{self.amazon.url}/file"})
        with self.assertRaises(Refused) as caught:
            self.answer(page.cursor, failed, located, Reply(b"too much"))
        self.assertIn("too much", str(caught.exception))
        self.clock += timedelta(hours=2)
        page = self.answer(page.cursor, failed, Reply({"queryId": "8"}, 202))
        self.assertEqual(page.cursor["query"], "8")

    def test_days_that_were_not_asked_for_are_no_answer(self):
        page, _query = self.asked()
        row = b'{"startDate":"2020-01-01","msku":"LAMP"}'
        with self.assertRaises(Refused):
            self.answer(page.cursor, *self.done(row))


class TestWithTheLocalAmazon(SimulatorCase):
    """Over HTTP: what the channel reads is what moved in the local Amazon's books."""

    def setUp(self):
        super().setUp()
        self.world.set_clock(freeze=START.isoformat())
        self.world.set_options(deferred=["DD7"], reserve_share=10, running_costs=True)
        for place in range(6):
            line = {"sku": "OAK-MUG-4", "quantity": 1, "price": "30.00"}
            site = ("DE", "FR", "GB")[place % 3]
            wishes = {"status": "SHIPPED", "fulfilled_by": "AMAZON", "tax": "usual"}
            self.world.place_order([line], site, **wishes)
        self.world.set_clock(advance=timedelta(days=40).total_seconds())

    def told(self, kind, site="", cursor=None):
        channel, found = self.channel(), []
        cursor = cursor or {"until": START.isoformat()}
        for _page in range(60):
            page = channel.pull(kind, cursor, site)
            found += [channel.parse(each) for each in page.documents]
            cursor = page.cursor
            if not (page.more or page.again_in):
                return found
            if page.again_in:
                self.world.set_clock(advance=page.again_in.total_seconds())
        raise AssertionError("It has no end")

    def test_transactions_are_the_events_of_the_books(self):
        self.world.set_options(transaction_page=7, empty_pages=True)
        found = {each.ref: each for each in self.told("transaction")}
        events = {each.ref: each for each in self.world.money_events("eu")}
        self.assertEqual(set(found), set(events))
        for ref, event in events.items():
            record = found[ref]
            self.assertEqual(record.total.amount, event.total)
            self.assertEqual(record.total.currency, event.currency)
            total = sum((each.amount for each in record.lines), Decimal(0))
            self.assertEqual(total, event.total)
        statuses = {each.status for each in found.values()}
        self.assertEqual(statuses, {"released", "deferred_released"})

    def test_deferred_money_counts_once(self):
        found = self.told("transaction")
        sales = [each for each in found if each.type == "Shipment"]
        self.assertEqual(len(sales), 12)
        counted = [each for each in sales if each.status != "deferred_released"]
        self.assertEqual(len(counted), 6)
        by_ref = {each.ref: each for each in sales}
        for each in counted:
            self.assertEqual(by_ref[each.deferred_ref].release_ref, each.ref)

    def test_a_settled_period_is_the_settlements_lines_by_order(self):
        found = self.told("transaction")
        settlements = self.world.settlements("eu")
        self.assertGreater(len(settlements), 3)
        for settlement in settlements:
            told, settled = {}, {}
            for each in found:
                if each.settlement_ref == settlement.ref and each.type != "Transfer":
                    key = each.order_ref or each.ref
                    told[key] = told.get(key, 0) + each.total.amount
            for event in settlement.events:
                key = event.order or event.ref
                settled[key] = settled.get(key, 0) + event.total
            self.assertEqual(told, settled)

    def test_both_vocabularies_mean_the_same(self):
        """What the API and the settlement file call money is of one nature."""
        told, settled = {}, {}
        for each in self.told("transaction"):
            for line in each.lines if each.settlement_ref else ():
                words = each.type, line.amount_type, line.description
                key = each.ref, nature(*words)
                self.assertTrue(key[1], words)
                told[key] = told.get(key, 0) + line.amount
        for event in (e for s in self.world.settlements("eu") for e in s.events):
            for amount in (a for item in event.items for a in item.amounts):
                key = event.ref, nature(event.settled_as, *amount.settled_as)
                settled[key] = settled.get(key, 0) + amount.amount
        transfers = {key for key in told if key[1] == "transfer"}
        self.assertEqual(
            {key: amount for key, amount in told.items() if key not in transfers},
            settled,
        )

    def test_payouts_are_the_settlements_totals(self):
        found = {each.settlement_refs: each for each in self.told("payout")}
        settlements = self.world.settlements("eu")
        self.assertEqual(len(found), len(settlements))
        for each in settlements:
            record = found[each.ref,]
            self.assertEqual(record.amount.amount, each.total)
            self.assertEqual(record.amount.currency, each.currency)
            self.assertEqual(record.trace_ref, each.trace)

    def test_advertising_by_day_is_what_was_charged_for_it(self):
        found = self.told("product_day", DE)
        days = {each.since: each for each in found}
        self.assertGreater(len(days), 40)
        charged = [
            event
            for event in self.world.money_events("eu")
            if event.type == "ProductAdsPayment" and event.site == "DE"
        ]
        last = charged[-1]
        monday = last.posted.date()
        week = [days[monday - timedelta(days=back)] for back in range(1, 8)]
        spent = sum(day.ad_cost for each in week for day in each.days)
        self.assertEqual(spent, -last.total)
        mugs = [day for day in days[START.date()].days if day.sku == "OAK-MUG-4"]
        self.assertEqual([(day.units, day.sales) for day in mugs], [(2, 60)])

    def test_a_role_that_is_missing_closes_nothing_else(self):
        self.world.set_account("eu", denied=["listTransactions"])
        with self.assertRaises(AccountProblem) as caught:
            self.told("transaction")
        self.assertTrue(caught.exception.stream_only)
        self.assertTrue(self.told("payout"))
