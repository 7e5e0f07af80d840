"""Older orders at Amazon: counted, planned, and read from the cheapest source."""

import itertools
from dataclasses import replace
from datetime import timedelta

from odoo.addons.acorn_base.channel import (
    BULK,
    DETAIL,
    AccountProblem,
    RetryLater,
    Slice,
    instant,
)

from ..pull import history
from ..spapi.throttle import RATES, Rate, reserve
from .common_pure import DE, NOW, Reply, ScriptCase
from .test_channel_orders import order
from .test_channel_simulator import SimulatorCase

EVERY = timedelta(minutes=15)


class TestPlans(ScriptCase):
    def plans(self, back, per_day=None, **rates):
        since = NOW - timedelta(days=back)
        days = per_day is not None and {
            (since + timedelta(days=n)).date().isoformat(): per_day
            for n in range(back + 1)
        }
        return history.plans((RATES | rates).get, since, NOW, days or None, EVERY, NOW)

    def test_recent_orders_are_read_in_detail(self):
        [plan] = self.plans(30, per_day=100)
        self.assertEqual(plan.source, DETAIL)
        self.assertEqual(plan.expected, 3100)

    def test_settled_orders_come_from_reports(self):
        cheapest, detailed = self.plans(365, per_day=100)
        self.assertEqual((cheapest.source, detailed.source), (BULK, DETAIL))
        border = (NOW - history.SETTLED).replace(hour=0)
        for each in cheapest.slices:
            self.assertEqual(each.source, BULK if each.until <= border else DETAIL)
            self.assertLessEqual(each.until - each.since, timedelta(days=30))
        self.assertEqual(cheapest.expected, detailed.expected)
        self.assertEqual(cheapest.expected, 36600)
        self.assertLess(cheapest.calls, detailed.calls / 2)
        self.assertLess(cheapest.duration, detailed.duration)

    def test_slices_are_whole_days_without_a_gap(self):
        for plan in self.plans(200, per_day=7):
            for newer, older in itertools.pairwise(plan.slices):
                self.assertEqual(newer.since, older.until)
                self.assertEqual(older.until.hour, 0)
            self.assertEqual(plan.slices[0].until, NOW)
            self.assertEqual(plan.slices[-1].since, NOW - timedelta(days=200))

    def test_a_slice_holds_no_more_than_is_read_before_its_token_dies(self):
        for plan in self.plans(100, per_day=2500):
            self.assertLessEqual(
                max(each.expected for each in plan.slices), history.MOST
            )
        [plan] = self.plans(50)
        self.assertLessEqual(
            max(each.until - each.since for each in plan.slices), timedelta(days=7)
        )

    def test_a_day_with_more_orders_is_a_slice_of_its_own(self):
        [plan] = self.plans(3, per_day=30_000)
        self.assertEqual(len(plan.slices), 4)

    def test_the_time_is_what_the_budget_gives_beside_the_live_stream(self):
        [plan] = self.plans(1, per_day=5000)  # two days begun: 100 pages
        self.assertEqual(plan.calls, 100)
        rate = RATES["searchOrders"]
        per_second = rate.per_second - 1 / EVERY.total_seconds()
        seconds = (100 - (rate.burst - reserve(rate))) / per_second
        self.assertAlmostEqual(plan.duration.total_seconds(), seconds, delta=1)

    def test_a_seller_with_a_higher_rate_is_done_sooner(self):
        [slow] = self.plans(1, 5000)
        [quick] = self.plans(1, 5000, searchOrders=Rate(1, 20))
        self.assertLess(quick.duration, slow.duration / 50)

    def test_when_nobody_knows_how_many_reports_come_first(self):
        cheapest, detailed = self.plans(365)
        self.assertEqual(cheapest.source, BULK)
        self.assertIsNone(cheapest.expected)
        self.assertGreater(detailed.calls, 50)

    def test_the_far_east_keeps_everything_since_2016(self):
        self.account = replace(self.account, region="fe")
        channel = self.channel()
        since = channel.oldest("order")
        self.assertEqual(since.year, 2016)
        cheapest, _detailed = channel.plans("order", since, NOW, None, EVERY)
        sources = [each.source for each in cheapest.slices]
        first, last = sources.index(BULK), len(sources) - sources[::-1].index(BULK)
        self.assertEqual(set(sources[first:last]), {BULK})
        self.assertEqual(cheapest.slices[first].until.date().isoformat(), "2026-09-21")
        self.assertEqual(cheapest.slices[last].until.date().isoformat(), "2024-11-21")
        self.assertEqual(set(sources[:first] + sources[last:]), {DETAIL})

    def test_elsewhere_two_years_are_kept(self):
        channel = self.channel()
        self.assertEqual(channel.oldest("order"), NOW - timedelta(days=730))
        self.assertIsNone(channel.oldest("listing"))


class TestSlice(ScriptCase):
    """A period in detail, page by page."""

    slice = Slice(NOW - timedelta(days=40), NOW - timedelta(days=10))

    def pull(self, cursor=None):
        return self.channel().pull("order", cursor or self.slice.cursor)

    def test_orders_are_asked_for_by_when_they_were_created(self):
        self.amazon.say(Reply({"orders": [order(1)]}))
        page = self.pull()
        [call] = self.amazon.calls()
        self.assertEqual(call.query["createdAfter"], "2026-10-11T12:00:00Z")
        self.assertEqual(call.query["createdBefore"], "2026-11-10T12:00:00Z")
        self.assertNotIn("lastUpdatedAfter", call.query)
        self.assertEqual((page.more, page.again_in), (False, None))
        self.assertEqual(len(page.documents), 1)

    def test_pages_repeat_the_question_to_the_end(self):
        self.amazon.say(
            Reply({"orders": [order(1)], "pagination": {"nextToken": "t1"}}),
            Reply({"orders": [order(2)]}),
        )
        page = self.pull()
        self.assertTrue(page.more)
        self.assertFalse(self.pull(page.cursor).more)
        first, second = (call.query for call in self.amazon.calls())
        self.assertEqual(second, {**first, "paginationToken": "t1"})

    def test_a_dead_token_starts_the_period_again(self):
        self.amazon.say(
            Reply({"orders": [order(1)], "pagination": {"nextToken": "t1"}}),
            Reply({"orders": [order(1)], "pagination": {"nextToken": "t2"}}),
        )
        cursor = self.pull().cursor
        self.clock += timedelta(hours=23, minutes=1)
        self.assertEqual(self.pull(cursor).cursor["token"], "t2")
        first, again = (call.query for call in self.amazon.calls())
        self.assertEqual(first, again)

    def test_a_period_that_amazon_does_not_know_wholly_yet(self):
        said = "2026-11-10T11:00:00Z"
        self.amazon.say(Reply({"orders": [order(1)], "createdBefore": said}))
        page = self.pull()
        self.assertEqual(page.again_in, timedelta(minutes=15))
        self.assertEqual(instant(page.cursor["since"]), instant(said))
        self.amazon.say(Reply({"orders": []}))
        page = self.pull(page.cursor)
        self.assertEqual((page.more, page.again_in), (False, None))

    def test_history_leaves_the_live_stream_its_calls(self):
        """With a bucket that is nearly empty, the live stream is still served."""
        self.amazon.say(Reply({"orders": []}))
        rate = RATES["searchOrders"]
        for _call in range(rate.burst - reserve(rate)):
            self.pull()
        with self.assertRaises(RetryLater) as caught:
            self.pull()
        self.assertAlmostEqual(caught.exception.seconds, rate.period, delta=1)
        live = {"until": (NOW - timedelta(hours=1)).isoformat()}
        for _call in range(reserve(rate)):
            self.channel().pull("order", live)
        with self.assertRaises(RetryLater):
            self.channel().pull("order", live)
        self.clock += timedelta(seconds=rate.period)
        with self.assertRaises(RetryLater) as caught:
            self.pull()
        self.channel().pull("order", live)
        # History goes on when the bucket holds more again than is kept for others.
        self.clock += timedelta(seconds=rate.period * (reserve(rate) + 1))
        self.pull()


class TestHistoryOfSimulator(SimulatorCase):
    """The same against the local Amazon."""

    def place_old(self, *ages, **wishes):
        now = self.world.clock.now()
        return [
            self.world.place_order(
                [{"sku": "OAK-MUG-4"}],
                wishes.get("site", "DE"),
                created=now - timedelta(days=age),
                updated=now - timedelta(days=age),
                status="SHIPPED",
                fulfilled_by="AMAZON",
            )["orderId"]
            for age in ages
        ]

    def keys_of(self, plan):
        """Return the keys of each slice, as time passes while reports are made."""
        channel, found = self.channel(), []
        for each in plan.slices:
            cursor, keys = each.cursor, []
            while True:
                page = channel.pull("order", cursor)
                keys += [document.key for document in page.documents]
                cursor = page.cursor
                if page.again_in:
                    self.world.clock.advance(seconds=page.again_in.total_seconds())
                elif not page.more:
                    break
            found.append(keys)
        return found

    def plans(self, back=700):
        now = self.world.clock.now()
        until, since = now - timedelta(minutes=5), now - timedelta(days=back)
        channel = self.channel()
        days = channel.expected("order", since, until)
        return channel.plans("order", since, until, days, EVERY), days

    def test_both_ways_bring_the_same_orders(self):
        old = self.place_old(1, 10, 59, 62, 200, 400, 690)
        old += self.place_old(300, site="FR")
        (cheapest, detailed), _days = self.plans()
        self.assertEqual(cheapest.expected, len(old))
        for plan in (cheapest, detailed):
            keys = [key for keys in self.keys_of(plan) for key in keys]
            self.assertEqual(sorted(keys), sorted(old))
            for each, found in zip(plan.slices, self.keys_of(plan), strict=True):
                self.assertEqual(each.expected, len(found), "counted right")

    def test_reports_cost_no_call_per_order(self):
        self.place_old(*range(100, 130))
        (cheapest, _detailed), _days = self.plans(150)
        self.world.calls.clear()
        self.keys_of(cheapest)
        asked = [call.operation for call in self.world.calls]
        self.assertEqual(asked.count("getOrder"), 0)
        reports = sum(each.source == BULK for each in cheapest.slices)
        self.assertEqual(asked.count("createReport"), reports)

    def test_orders_are_counted_per_day_of_utc(self):
        self.place_old(3, 3, 3, 5)
        _plans, days = self.plans(10)
        day = (self.world.clock.now() - timedelta(days=3)).date().isoformat()
        self.assertEqual(days[day], 3)
        self.assertEqual(sum(days.values()), 4)
        self.assertEqual(len(days), 11, "days without orders are known, too")

    def test_only_sites_of_the_account_are_counted(self):
        self.place_old(3)
        self.place_old(3, site="FR")
        now = self.world.clock.now()
        channel = self.channel(sites=(DE,))
        days = channel.expected("order", now - timedelta(days=5), now)
        self.assertEqual(sum(days.values()), 1)

    def test_without_the_role_the_number_is_unknown(self):
        self.world.set_account("eu", denied=["getOrderMetrics"])
        now = self.world.clock.now()
        with self.assertRaises(AccountProblem) as caught:
            self.channel().expected("order", now - timedelta(days=5), now)
        self.assertTrue(caught.exception.stream_only)
