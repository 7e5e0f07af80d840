"""What every channel must do: one suite, run against each of them.

A test class mixes ``ChannelContract`` in and tells how to reach its channel.
"""

import itertools
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta

from odoo.addons.acorn_base import records
from odoo.addons.acorn_base.channel import (
    UTC,
    AccountProblem,
    Channel,
    Document,
    Page,
    Refused,
    RetryLater,
)


class ChannelContract:
    allow_inherited_tests_method = True  # Odoo's runner would pass them over

    # === WHAT A CHANNEL'S TEST PROVIDES === #

    def make_channel(self) -> Channel:
        """Return a working channel."""
        raise NotImplementedError

    def make_order(self) -> str:
        """Make the remote side hold one more order to ship; return its reference."""
        raise NotImplementedError

    def break_account(self):
        """Take the account's access away."""
        raise NotImplementedError

    def throttle(self):
        """Let the next call be refused for its rate."""
        raise NotImplementedError

    def lose_answer(self, carried_out):
        """Let the next write's answer be lost, after or before it was carried out."""
        raise NotImplementedError

    # === THE SUITE === #

    def pull_all(self, channel, kind="order", site="", since=timedelta(days=30)):
        cursor = {"until": (datetime.now(UTC) - since).isoformat()}
        documents = []
        for _page in range(200):
            page = channel.pull(kind, cursor, site=site)
            self.assertIsInstance(page, Page)
            documents += page.documents
            cursor = json.loads(json.dumps(page.cursor))
            if not page.more:
                return documents, cursor
        raise AssertionError("The stream never ends.")

    def shipment(self, channel, ref):
        [document] = channel.pull("order", {}, keys=[ref]).documents
        order = channel.parse(document)
        items = tuple(
            records.ShipmentItem(line.ref, line.quantity) for line in order.lines
        )
        return records.Shipment(
            order.ref,
            order.site,
            "1",
            datetime.now(UTC) - timedelta(minutes=5),
            "Other",
            "Parcel Post",
            "Standard",
            "TRACK-1",
            items,
        )

    def test_declares_streams_once(self):
        channel = self.make_channel()
        kinds = [stream.kind for stream in channel.streams]
        self.assertEqual(len(kinds), len(set(kinds)))
        self.assertIn("order", kinds)
        for stream in channel.streams:
            self.assertGreaterEqual(stream.every, stream.at_least)

    def test_check_tells_the_sites(self):
        sites = self.make_channel().check()
        self.assertTrue(sites)
        self.assertEqual(len({site.ref for site in sites}), len(sites))
        for site in sites:
            self.assertRegex(site.code, r"^[A-Z]{2}$")
            self.assertRegex(site.currency, r"^[A-Z]{3}$")
            self.assertTrue(site.name)
            self.assertTrue(site.timezone)

    def test_pull_brings_every_order_once_to_the_end(self):
        refs = {self.make_order() for _n in range(3)}
        channel = self.make_channel()
        documents, cursor = self.pull_all(channel)
        keys = [document.key for document in documents]
        self.assertLessEqual(refs, set(keys))
        self.assertEqual(len(keys), len(set(keys)))
        for document in documents:
            self.assertIsInstance(document, Document)
            self.assertIsInstance(document.body, bytes)
            self.assertIsNotNone(document.version.tzinfo)
        self.assertIsNotNone(datetime.fromisoformat(cursor["until"]).tzinfo)

    # === HISTORY === #

    def plans(self, channel, back=timedelta(days=100)):
        """Return a period that ends a moment ago, and the ways to read it."""
        until = channel.now() - timedelta(minutes=5)
        since = max(until - back, channel.oldest("order"))
        days = channel.expected("order", since, until)
        every = timedelta(minutes=15)
        return since, until, channel.plans("order", since, until, days, every)

    def test_a_plan_covers_the_period_from_its_end_without_a_gap(self):
        self.make_order()
        since, until, plans = self.plans(self.make_channel())
        self.assertTrue(plans)
        self.assertEqual(len({plan.source for plan in plans}), len(plans))
        for plan in plans:
            self.assertEqual(plan.slices[0].until, until)
            self.assertEqual(plan.slices[-1].since, since)
            for newer, older in itertools.pairwise(plan.slices):
                self.assertEqual(older.until, newer.since)
            for each in plan.slices:
                self.assertLess(each.since, each.until)
            self.assertGreaterEqual(plan.calls, len(plan.slices))
            self.assertGreater(plan.duration, timedelta(0))

    def test_the_cheapest_plan_is_the_first(self):
        _since, _until, plans = self.plans(self.make_channel())
        durations = [plan.duration for plan in plans]
        self.assertEqual(durations, sorted(durations))

    def test_a_slice_brings_what_was_created_in_it_once_and_ends(self):
        refs = {self.make_order() for _n in range(3)}
        channel = self.make_channel()
        _since, _until, [*_more, plan] = self.plans(channel, timedelta(days=3))
        keys = []
        for each in plan.slices:
            keys += self.read_slice(channel, each)
        self.assertEqual(len(keys), len(set(keys)))
        self.assertLessEqual(refs, set(keys))
        newest, created = plan.slices[0], timedelta(minutes=6)
        later = replace(newest, since=newest.until - created)
        self.assertFalse(refs & set(self.read_slice(channel, later)))

    def read_slice(self, channel, each):
        cursor, keys = json.loads(json.dumps(each.cursor)), []
        for _page in range(200):
            page = channel.pull("order", cursor)
            keys += [document.key for document in page.documents]
            cursor = json.loads(json.dumps(page.cursor))
            if not page.more and page.again_in is None:
                return keys
        raise AssertionError("The slice never ends.")

    def test_parse_is_pure_and_keeps_what_identifies_the_document(self):
        self.make_order()
        channel = self.make_channel()
        documents, _cursor = self.pull_all(channel)
        for document in documents:
            order = channel.parse(document)
            self.assertIsInstance(order, records.Order)
            self.assertEqual(order, channel.parse(document))
            self.assertEqual(
                (order.ref, order.updated_at, order.site, order.by_channel),
                (document.key, document.version, document.site, document.by_channel),
            )

    def test_parse_refuses_what_is_no_order(self):
        broken = Document("order", "1", datetime.now(UTC), b"{}")
        with self.assertRaises(Refused):
            self.make_channel().parse(broken)

    def test_one_order_is_fetched_by_its_number(self):
        ref = self.make_order()
        cursor = {"until": "2026-01-01T00:00:00+00:00"}
        page = self.make_channel().pull("order", cursor, keys=[ref])
        self.assertEqual([document.key for document in page.documents], [ref])

    def test_unknown_number_is_refused(self):
        with self.assertRaises(Refused):
            self.make_channel().pull("order", {}, keys=["000-0000000-0000000"])

    def test_shipment_is_taken_and_known_afterwards(self):
        channel = self.make_channel()
        shipment = self.shipment(channel, self.make_order())
        self.assertEqual(channel.poll(shipment).state, "unknown")
        self.assertEqual(channel.push(shipment).state, "done")
        self.assertEqual(channel.poll(shipment).state, "done")

    def test_lost_answer_is_told_apart_from_a_refusal(self):
        for carried_out, state in ((True, "done"), (False, "unknown")):
            with self.subTest(carried_out=carried_out):
                channel = self.make_channel()
                shipment = self.shipment(channel, self.make_order())
                self.lose_answer(carried_out)
                with self.assertRaises(RetryLater) as caught:
                    channel.push(shipment)
                self.assertTrue(caught.exception.unknown_outcome)
                self.assertEqual(channel.poll(shipment).state, state)

    def test_too_many_calls_wait(self):
        channel = self.make_channel()
        self.throttle()
        with self.assertRaises(RetryLater) as caught:
            self.pull_all(channel)
        self.assertGreater(caught.exception.seconds, 0)
        self.assertFalse(caught.exception.unknown_outcome)

    def test_lost_access_is_the_account_problem(self):
        channel = self.make_channel()
        self.break_account()
        with self.assertRaises(AccountProblem) as caught:
            channel.check()
        self.assertTrue(re.fullmatch(r"[a-z_]+", caught.exception.code))
