from collections import Counter
from decimal import Decimal
from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.acorn_base.sourcing import Source, Stock, Want, share_out

A, B, C = Source("a", "1/"), Source("b", "2/"), Source("c", "3/")
SHELF, FLOOR = Source("a", "1/5/"), Source("a", "1/6/")
EVERYWHERE = (A, B, C, SHELF, FLOOR)
# The same cases every time, however slow the machine.
CASES = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
PATHS = ("1/", "1/5/", "1/6/", "1/6/7/", "2/", "2/8/", "3/")


def stock(**paths):
    """Return a stock: stock(mug={"1/": 3})."""
    return Stock(
        {
            product: [(path, Decimal(count)) for path, count in heaps.items()]
            for product, heaps in paths.items()
        }
    )


def want(key, count, product="mug", **parts):
    parts = {name: Decimal(each) for name, each in parts.items()}
    return Want(key, Decimal(count), parts or {product: Decimal(1)}, bool(parts))


@st.composite
def situations(draw):
    """What is wanted, from where, and what there is; some of it reserved twice."""
    counts = st.integers(0, 5).map(Decimal)
    free = st.integers(-3, 6).map(Decimal)
    heaps = {
        product: draw(st.lists(st.tuples(st.sampled_from(PATHS), free), max_size=6))
        for product in ("mug", "lamp", "cup")
    }
    parts = st.dictionaries(
        st.sampled_from(("mug", "lamp", "cup")),
        st.integers(1, 3).map(Decimal),
        max_size=3,
    )
    wants = [
        Want(key, draw(counts), draw(parts), draw(st.booleans()))
        for key in range(draw(st.integers(1, 4)))
    ]
    sources = draw(
        st.lists(st.sampled_from(EVERYWHERE), min_size=1, max_size=5, unique=True)
    )
    return wants, sources, heaps, draw(st.sets(st.sampled_from("abc")))


class TestSourcing(BaseCase):
    """One parcel where one will do, by priority, and nothing that is not there."""

    def share(self, wants, sources, there, at_hand=()):
        shares = share_out(wants, sources, there, at_hand)
        return {
            key: [(source.path, int(count)) for source, count in each]
            for key, each in shares.items()
        }

    def test_the_first_source_that_has_it_gives_it(self):
        there = stock(mug={"1/": 1, "2/": 9})
        for expected in ("1/", "2/", "2/"):
            self.assertEqual(
                self.share([want("x", 1)], [A, B], there), {"x": [(expected, 1)]}
            )

    def test_an_order_is_not_split_when_one_source_has_all_of_it(self):
        there = stock(mug={"1/": 1, "2/": 2}, lamp={"2/": 1})
        self.assertEqual(
            self.share([want("x", 1), want("y", 1, "lamp")], [A, B], there),
            {"x": [("2/", 1)], "y": [("2/", 1)]},
        )

    def test_what_no_source_has_alone_is_split_by_priority(self):
        there = stock(mug={"1/": 2, "2/": 2, "3/": 9})
        self.assertEqual(
            self.share([want("x", 3)], [A, B], there), {"x": [("1/", 2), ("2/", 1)]}
        )

    def test_it_leaves_in_as_few_deliveries_as_can_be(self):
        there = stock(mug={"1/": 1, "2/": 1, "3/": 1}, lamp={"1/": 1}, cup={"3/": 1})
        wants = [want("x", 1), want("y", 1, "lamp"), want("z", 1, "cup")]
        self.assertEqual(
            self.share(wants, [B, A, C], there),
            {"x": [("1/", 1)], "y": [("1/", 1)], "z": [("3/", 1)]},
        )

    def test_places_of_one_warehouse_are_one_delivery(self):
        there = stock(mug={"1/5/": 1, "1/6/": 1, "2/": 1}, lamp={"1/6/": 1})
        self.assertEqual(
            self.share([want("x", 2), want("y", 1, "lamp")], [SHELF, B, FLOOR], there),
            {"x": [("1/5/", 1), ("1/6/", 1)], "y": [("1/6/", 1)]},
        )

    def test_what_nobody_has_waits_at_the_first_source(self):
        there = stock(mug={"1/": 2, "2/": 3})
        self.assertEqual(
            self.share([want("x", 9), want("y", 1, "lamp")], [A, B], there),
            {"x": [("1/", 6), ("2/", 3)], "y": [("1/", 1)]},
        )

    def test_a_kit_is_split_by_whole_kits(self):
        there = stock(mug={"1/": 5, "2/": 9}, lamp={"1/": 2, "2/": 2})
        self.assertEqual(
            self.share([want("x", 3, mug=2, lamp=1)], [A, B], there),
            {"x": [("1/", 2), ("2/", 1)]},
        )

    def test_pieces_are_not_broken_where_a_half_lies_about(self):
        there = stock(mug={"1/": "1.5", "2/": 1})
        self.assertEqual(
            self.share([want("x", 2)], [A, B], there), {"x": [("1/", 1), ("2/", 1)]}
        )

    def test_what_is_weighed_is_split_anywhere(self):
        there = stock(mug={"1/": "0.5", "2/": 1})
        [shares] = share_out([want("x", "1.2")], [A, B], there).values()
        self.assertEqual(shares, [(A, Decimal("0.5")), (B, Decimal("0.7"))])

    def test_what_is_not_counted_makes_no_delivery_of_its_own(self):
        note = Want("note", Decimal(1), {})
        self.assertEqual(
            self.share([note, want("x", 1)], [A, B], stock(mug={"2/": 1})),
            {"note": [("2/", 1)], "x": [("2/", 1)]},
        )

    def test_what_is_added_joins_a_delivery_that_is_sent_anyway(self):
        there = stock(mug={"1/": 9, "2/": 1})
        for expected in ("2/", "1/"):
            self.assertEqual(
                self.share([want("x", 1)], [A, B], there, at_hand=("b",)),
                {"x": [(expected, 1)]},
            )

    def test_what_is_reserved_twice_is_not_there(self):
        there = stock(mug={"1/5/": -2, "1/6/": 2, "2/": 1})
        self.assertEqual(self.share([want("x", 1)], [A, B], there), {"x": [("2/", 1)]})

    def test_of_very_many_sources_an_order_is_shared_out_at_once(self):
        many = [Source(n, f"{n}/") for n in range(100, 160)]
        there = stock(mug={source.path: 1 for source in many})
        shares = self.share([want("x", 70)], many, there)["x"]
        self.assertEqual(shares, [("100/", 11), *((s.path, 1) for s in many[1:])])

    @given(situations())
    @CASES
    def test_nothing_is_taken_that_is_not_there_and_nothing_is_lost(self, situation):
        wants, sources, heaps, at_hand = situation
        there, before = Stock(heaps), Stock(heaps)
        shares = share_out(wants, sources, there, at_hand)
        taken = Counter()
        for each in wants:
            given = shares[each.key]
            # All of it is somewhere, in each source once and in whole units.
            self.assertEqual(sum(count for _s, count in given), each.quantity)
            self.assertEqual(len({source for source, _count in given}), len(given))
            self.assertTrue(all(c > 0 and c == int(c) for _s, c in given))
            self.assertLessEqual({source for source, _c in given}, set(sources))
            for source, count in given:
                for product, per in each.parts.items():
                    taken[product, source] += count * per
        for product in heaps:
            for source in sources[1:]:
                # Of the first more may be asked than it has: that waits there.
                if not source.path.startswith(sources[0].path):
                    self.assertLessEqual(
                        taken[product, source], before.free(product, source)
                    )
            for source in EVERYWHERE:
                self.assertGreaterEqual(there.free(product, source), 0)
                self.assertLessEqual(
                    there.free(product, source), before.free(product, source)
                )

    @given(situations())
    @CASES
    def test_an_order_leaves_the_first_warehouse_that_has_all_of_it(self, situation):
        wants, sources, heaps, _at_hand = situation
        homes = dict.fromkeys(source.home for source in sources)
        able = [
            home
            for home in homes
            if self.has_all(wants, [s for s in sources if s.home == home], heaps)
        ]
        shares = share_out(wants, sources, Stock(heaps))
        used = {source.home for each in shares.values() for source, _c in each}
        if able and used:
            self.assertEqual(used, {able[0]})

    def has_all(self, wants, sources, heaps):
        """Whether places of one warehouse have an order, tried line by line."""
        there = Stock(heaps)
        shares = share_out(wants, sources, there)
        needed = Counter()
        for each in wants:
            for product, per in each.parts.items():
                needed[product] += each.quantity * per
        gone = {
            product: sum(
                (Stock(heaps).free(product, s) - there.free(product, s))
                for s in self.outermost(sources)
            )
            for product in needed
        }
        return bool(shares) and all(gone[p] == count for p, count in needed.items())

    def outermost(self, sources):
        inner = {
            one
            for one, other in combinations(
                sorted(sources, key=lambda s: s.path, reverse=True), 2
            )
            if one.path.startswith(other.path)
        }
        return set(sources) - inner
