from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..cover import (
    ENOUGH,
    IDLE,
    LATE,
    MOST_DAYS,
    SHORT,
    Stock,
    Terms,
    days_in_stock,
    judge,
    limits,
    runs_out,
    speed_of,
)

units = st.integers(0, 500)
speeds = st.sampled_from([0, 0.25, 0.5, 1, 2, 7, 40])
arrivals = st.lists(st.tuples(st.integers(0, 60), units), max_size=5).map(
    lambda found: tuple(sorted(found))
)
terms = st.builds(
    Terms,
    lead_days=st.integers(0, 60),
    safety_days=st.integers(0, 30),
    review_days=st.integers(0, 30),
    least=st.integers(0, 50),
    most=st.integers(0, 100),
)
moves = st.dictionaries(
    st.integers(0, 29), st.tuples(st.integers(-20, 20), st.integers(0, 20)), max_size=9
)
same = settings(derandomize=True, database=None, deadline=None, max_examples=200)


class TestCoverArithmetic(BaseCase):
    """How long goods last and how much to order, without any database."""

    # === SPEED === #

    def test_speed_is_what_was_sold_by_the_days_there_was_any(self):
        self.assertEqual(speed_of(50, {3: (-30, 30), 9: (-30, 30)}, 30), 2)

    def test_days_without_stock_make_nothing_look_slow(self):
        # Sold out ten days ago: 40 units in the 20 days before.
        self.assertEqual(speed_of(0, {10: (-40, 40)}, 30), 2)

    def test_goods_that_came_yesterday_are_measured_by_a_week(self):
        self.assertEqual(speed_of(93, {0: (-7, 7), 1: (100, 0)}, 30), 1)

    def test_what_waits_to_leave_is_sold(self):
        self.assertEqual(speed_of(60, {}, 30, open_units=60), 2)

    def test_nothing_sold_is_no_speed_whatever_else_moved(self):
        self.assertEqual(speed_of(10, {2: (-90, 0), 5: (100, 0)}, 30), 0)

    @same
    @given(units, moves)
    def test_days_in_stock_are_those_a_calendar_would_show(self, on_hand, days):
        levels = [on_hand]  # at the end of each day, back from today
        for ago in range(30):
            levels.append(levels[-1] - days.get(ago, (0, 0))[0])
        shown = [
            levels[ago] > 0 or levels[ago + 1] > 0 or days.get(ago, (0, 0))[1] > 0
            for ago in range(30)
        ]
        self.assertEqual(days_in_stock(on_hand, days, 30), sum(shown))

    # === WHEN NOTHING IS LEFT === #

    def test_goods_that_come_too_late_leave_a_gap(self):
        self.assertEqual(runs_out(30, ((10, 100),), 10), 3)
        self.assertEqual(runs_out(30, ((2, 100),), 10), 13)

    def test_goods_that_are_sold_already_are_gone_today(self):
        self.assertEqual(runs_out(-5, (), 1), 0)

    @same
    @given(units, arrivals, speeds.filter(bool))
    def test_what_a_day_by_day_diary_shows(self, free, comes, speed):
        """Counted down in quarters of a day, nothing is left when it says."""
        gone, left, quarter = runs_out(free, comes, speed), free, 0
        while left + sum(q for d, q in comes if d * 4 == quarter) > 0 and quarter < 999:
            left += sum(q for d, q in comes if d * 4 == quarter)
            left -= speed / 4
            quarter += 1
            if left < 0:
                break
        if quarter < 999:
            self.assertAlmostEqual(gone, quarter / 4, delta=0.26)

    @same
    @given(units, units, arrivals, speeds)
    def test_more_goods_never_last_shorter(self, free, more, comes, speed):
        self.assertLessEqual(
            runs_out(free, comes, speed), runs_out(free + more, comes, speed)
        )

    @same
    @given(units, arrivals, speeds)
    def test_a_gap_comes_never_after_the_days_of_cover(self, free, comes, speed):
        cover = judge(Stock(free, comes), speed, Terms())
        self.assertLessEqual(cover.runs_out, cover.days + 1e-6)
        self.assertLessEqual(cover.days, MOST_DAYS)

    # === JUDGEMENT === #

    def test_states_in_their_order(self):
        on_terms = Terms(lead_days=10, safety_days=5, review_days=10)
        states = [judge(Stock(n), 2, on_terms).state for n in (0, 19, 20, 29, 30)]
        self.assertEqual(states, [LATE, LATE, SHORT, SHORT, ENOUGH])
        self.assertEqual(judge(Stock(0), 0, on_terms).state, IDLE)
        self.assertEqual(judge(Stock(-1), 0, on_terms).state, SHORT)

    def test_inbound_counts_and_what_is_asked_for_is_not_ordered_twice(self):
        on_terms = Terms(lead_days=10, safety_days=5, review_days=10)
        cover = judge(Stock(24, ((2, 4),), asked=12), 2, on_terms)
        self.assertEqual((cover.days, cover.state, cover.threshold), (14, SHORT, 30))
        self.assertEqual(cover.proposal, 50 - 28 - 12)

    def test_limits_of_a_person_are_theirs(self):
        on_terms = Terms(lead_days=10, safety_days=5, least=100, most=150)
        cover = judge(Stock(90), 2, on_terms)
        self.assertEqual((cover.threshold, cover.proposal), (100, 60))

    @same
    @given(units, arrivals, speeds, terms)
    def test_a_proposal_lifts_the_goods_above_the_threshold(self, free, comes, v, t):
        stock = Stock(free, comes)
        cover = judge(stock, v, t)
        if stock.available >= cover.threshold:
            self.assertEqual(cover.proposal, 0)
        else:
            after = Stock(free + cover.proposal, comes)
            self.assertGreaterEqual(after.available, cover.threshold)
            self.assertEqual(judge(after, v, t).proposal, 0)

    @same
    @given(speeds, terms)
    def test_the_least_is_no_more_than_the_most(self, speed, on_terms):
        least, most = limits(speed, on_terms)
        self.assertLessEqual(0, least)
        self.assertLessEqual(least, most)
