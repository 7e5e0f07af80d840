import random

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.acorn_base.sellable import Pool, Terms, is_sudden, scarcest, sellable

from .common import PENDING, UNSHIPPED
from .common_stock import StockCase

UNITS = st.floats(0, 1e6, allow_nan=False)


class TestSellable(StockCase):
    """The arithmetic of what may be sold."""

    @given(
        st.builds(Pool, *[UNITS] * 5),
        st.builds(
            Terms,
            kept=UNITS,
            share=st.floats(0, 100),
            buffer=UNITS,
            percent=st.floats(0, 100),
            hide_below=UNITS,
            cap=st.none() | UNITS,
        ),
    )
    @settings(max_examples=300, deadline=None)
    def test_rules_only_ever_lower(self, pool, terms):
        units = sellable(pool, terms)
        self.assertGreaterEqual(units, 0)
        self.assertLessEqual(units, max(pool.free, 0) + 1e-5)
        self.assertLessEqual(units, sellable(pool, Terms()))
        if terms.cap is not None:
            self.assertLessEqual(units, terms.cap + 1e-5)

    @given(st.builds(Pool, *[UNITS] * 5), st.floats(0, 100))
    @settings(max_examples=200, deadline=None)
    def test_shares_of_two_shops_never_exceed_the_pool(self, pool, share):
        mine = sellable(pool, Terms(share=share))
        theirs = sellable(pool, Terms(share=100 - share))
        self.assertLessEqual(mine + theirs, max(pool.free, 0) + 1e-4)

    @given(st.lists(st.tuples(st.builds(Pool, UNITS), st.integers(1, 9)), min_size=1))
    @settings(max_examples=200, deadline=None)
    def test_kit_is_never_more_than_any_of_its_parts_allows(self, parts):
        kits = sellable(scarcest(parts), Terms())
        for pool, count in parts:
            self.assertLessEqual(kits * count, pool.free + 1e-3)

    def test_nearly_whole_units_are_whole(self):
        self.assertEqual(sellable(Pool(0.1 + 0.2 + 2.7), Terms()), 3)

    def test_a_rise_is_sudden_by_what_was_told(self):
        self.assertFalse(is_sudden(0, 200, 20))
        self.assertTrue(is_sudden(0, 201, 20))
        self.assertTrue(is_sudden(50, 1001, 20))
        self.assertFalse(is_sudden(50, 10**6, 0))


class TestNeverOversold(StockCase):
    """Whatever happens in whatever order: no more is offered than is there."""

    def setUp(self):
        super().setUp()
        self.warehouse = self.us.warehouse_id
        self.list_on(self.us, "MUG")
        self.list_on(self.de, "MUG")

    def test_published_quantities_never_exceed_the_pool_less_pending(self):
        seed = random.randrange(10**6)
        chance = random.Random(seed)
        pending = []
        for step in range(24):
            with self.subTest(seed=seed, step=step):
                self.act(chance, pending)
                self.compare()
                self.assertNotOffered(seed, step, pending)

    def act(self, chance, pending):
        """Do one of the things that change what is there."""
        what = chance.choice(("move", "sell", "reserve", "confirm", "ship", "cancel"))
        site = chance.choice(("US1", "DE1"))
        money = {"US1": "USD", "DE1": "EUR"}[site]
        units = chance.randint(1, 9)
        if what == "move":
            self.set_stock(self.mug, self.warehouse, chance.randint(-40, 40) or 1)
        elif what in ("sell", "reserve"):
            status = PENDING if what == "sell" else UNSHIPPED
            line = self.line(quantity=units)
            record = self.place(line, status=status, site=site, currency=money)
            pending += [record] if status == PENDING else []
            self.drain()
        elif what in ("confirm", "cancel") and pending:
            record = pending.pop(chance.randrange(len(pending)))
            status = UNSHIPPED if what == "confirm" else "cancelled"
            self.world.change(record.ref, status=status)
            self.drain()
        elif what == "ship":
            ours = [("sale_id.acorn_shop_id", "=", self.shop.id)]
            for picking in self.env["stock.picking"].search(
                [*ours, ("state", "=", "assigned")], limit=1
            ):
                picking.move_ids.picked = True
                picking.with_context(skip_backorder=True)._action_done()

    def assertNotOffered(self, seed, step, pending):
        """Judged by quants and orders, not by what Acorn computed."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.mug.id),
                ("location_id", "child_of", self.warehouse.lot_stock_id.id),
            ]
        )
        pool = sum(q.quantity - q.reserved_quantity for q in quants)
        sold = sum(record.lines[0].quantity for record in pending)
        for site in ("US1", "DE1"):
            offered = self.told(site=site) or 0
            self.assertLessEqual(offered, max(pool - sold, 0), (seed, step, site))
