"""The local Amazon: a world that lives by itself, always in the same way."""

import json
import tempfile
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

from odoo.tests import BaseCase

from ..simulator import Simulator, World
from ..simulator.clock import Clock, iso, parse
from ..simulator.snapshot import StateFile, dump
from ..simulator.world.orders import OrderBook
from .test_simulator import LOGGER, START, SimulatorCase


def lively(**options):
    return World(clock=Clock(START, scale=0), **options)


def orders_of(world):
    return {order["orderId"]: order for order in world.find_orders()}


class TestLife(BaseCase):
    def test_a_new_world_has_a_history(self):
        world = lively()
        orders = world.find_orders()
        self.assertEqual(len(orders), 120)
        for order in orders:
            age = START - parse(order["createdTime"])
            self.assertLessEqual(age, timedelta(days=4))
            self.assertLessEqual(parse(order["lastUpdatedTime"]), START)
        statuses = Counter(o["fulfillment"]["fulfillmentStatus"] for o in orders)
        self.assertGreater(statuses["SHIPPED"], 60)
        self.assertGreater(statuses["UNSHIPPED"], 5)

    def test_orders_come_at_their_rate(self):
        world = lively(history=0, orders_per_hour=6)
        self.assertEqual(world.find_orders(), [])
        for hours in (1, 10, 100):
            world.clock.freeze(START + timedelta(hours=hours))
            world.health()
            counts = Counter(entry.account for entry in world.orders)
            for key in world.accounts:
                self.assertAlmostEqual(counts[key], 6 * hours, delta=1)

    def test_the_rate_can_change(self):
        world = lively(history=0)
        world.clock.advance(hours=10)
        for key in world.accounts:
            world.set_account(key, orders_per_hour=0)
        count = world.health()["orders"]
        world.clock.advance(days=2)
        self.assertEqual(world.health()["orders"], count)
        world.set_account("jp", orders_per_hour=60)
        world.clock.advance(hours=1)
        self.assertAlmostEqual(world.health()["orders"] - count, 60, delta=1)

    def test_from_pending_to_the_door(self):
        world = lively(history=0)
        seen = {}
        for _step in range(2 * 24 * 12):
            world.clock.advance(minutes=5)
            world.health()
            for entry in world.orders:
                path = seen.setdefault(entry.id, [])
                if path[-1:] != [entry.status]:
                    path.append(entry.status)
        paths = Counter(map(tuple, seen.values()))
        self.assertEqual(
            set(paths),
            {
                ("PENDING",),
                ("PENDING", "UNSHIPPED"),
                ("PENDING", "UNSHIPPED", "SHIPPED"),
                ("PENDING", "UNSHIPPED", "CANCELLED"),
                ("PENDING", "CANCELLED"),
            },
        )
        cancelled = sum(count for path, count in paths.items() if "CANCELLED" in path)
        self.assertGreater(cancelled, 0.01 * len(seen))
        self.assertLess(cancelled, 0.06 * len(seen))

    def test_amazon_ships_its_own_and_leaves_the_rest_to_the_seller(self):
        world = lively(history=0)
        world.clock.advance(days=3)
        world.set_account("eu", orders_per_hour=0)
        world.clock.advance(days=2)
        for order in world.find_orders(account="eu"):
            by, status = (
                order["fulfillment"][name]
                for name in ("fulfilledBy", "fulfillmentStatus")
            )
            expected = "SHIPPED" if by == "AMAZON" else "UNSHIPPED"
            self.assertIn(status, (expected, "CANCELLED"))

    def test_times_fit_each_other(self):
        world = lively(history=0)
        world.clock.advance(days=2)
        shipped = world.find_orders(status="SHIPPED", fulfilled_by="AMAZON")
        self.assertGreater(len(shipped), 20)
        for order in shipped:
            waited = parse(order["lastUpdatedTime"]) - parse(order["createdTime"])
            self.assertGreater(waited, timedelta(hours=1, minutes=10))
            self.assertLess(waited, timedelta(hours=24, minutes=30))

    def test_some_buyers_ask_to_cancel(self):
        world = lively(history=0)
        world.clock.advance(days=4)
        asked = [
            order
            for order in world.find_orders(status="UNSHIPPED")
            if any("cancellation" in item for item in order["orderItems"])
        ]
        self.assertTrue(asked)
        for order in asked:
            self.assertEqual(order["fulfillment"]["fulfilledBy"], "MERCHANT")
            [request] = {
                item["cancellation"]["cancellationRequest"]["requester"]
                for item in order["orderItems"]
            }
            self.assertEqual(request, "BUYER")

    def test_what_is_sold_out_is_not_sold(self):
        world = lively(history=0, orders_per_hour=0)
        world.set_account("eu", orders_per_hour=30)
        for listing in world.show_listings("eu"):
            world.set_listing("eu", listing["sku"], quantity=1)
        world.clock.advance(days=2)
        sold = Counter()
        for order in world.find_orders(account="eu", fulfilled_by="MERCHANT"):
            for item in order["orderItems"]:
                sold[item["product"]["sellerSku"]] += item["quantityOrdered"]
        self.assertEqual(set(sold.values()), {1})

    def test_addresses_are_those_of_the_country(self):
        world = World.quiet(clock=Clock(START, scale=0))
        for key in world.accounts:
            world.generate_orders(key, 400)
        addresses = [
            order["recipient"]["deliveryAddress"]
            for order in world.find_orders(fulfilled_by="MERCHANT")
        ]
        countries = {address["countryCode"] for address in addresses}
        self.assertLessEqual({"US", "MX", "DE", "AT", "FR", "PL", "JP"}, countries)
        text = str(addresses)
        for word in ("Schloßstraße", "Świętokrzyska", "Col. Del Valle", "東京都", "WA"):
            self.assertIn(word, text)
        for address in addresses:
            self.assertTrue(address["name"] and address["postalCode"])
        self.assertTrue(any("city" not in address for address in addresses))
        kinds = {address["addressType"] for address in addresses}
        self.assertEqual(kinds, {"RESIDENTIAL", "COMMERCIAL", "PICKUP_POINT"})


class TestDeterminism(BaseCase):
    def test_two_worlds_of_one_seed_are_one(self):
        worlds = [lively(seed=7), lively(seed=7), lively(seed=8)]
        for world in worlds:
            world.clock.advance(days=1)
        one, same, other = map(orders_of, worlds)
        self.assertEqual(one, same)
        self.assertNotEqual(one, other)

    def test_it_does_not_matter_how_often_one_looks(self):
        worlds = [lively(), lively()]
        for _hour in range(24):
            worlds[0].clock.advance(hours=1)
            worlds[0].health()
        worlds[1].clock.advance(days=1)
        self.assertEqual(*map(orders_of, worlds))

    def test_numbers_never_repeat(self):
        world = lively(orders_per_hour=30)
        world.clock.advance(days=1)
        for key in world.accounts:
            world.generate_orders(key, 300)
        orders = world.find_orders()
        self.assertEqual(len({order["orderId"] for order in orders}), len(orders))
        items = [
            item["orderItemId"] for order in orders for item in order["orderItems"]
        ]
        self.assertEqual(len(set(items)), len(items))
        for order in orders:
            self.assertRegex(order["orderId"], r"^([A-Z]\d\d|\d{3})-\d{7}-\d{7}$")


class TestIndex(BaseCase):
    def test_search_finds_what_is_there_however_orders_change(self):
        book = OrderBook()
        for number in range(200):
            moment = iso(START + timedelta(minutes=number * 37 % 200))
            raw = {"orderId": f"{number:03}", "salesChannel": {}, "orderItems": []}
            book.add("eu", raw | {"createdTime": moment, "lastUpdatedTime": moment})
        for number in range(0, 200, 3):
            book.touch(
                book.get(f"{number:03}"), START + timedelta(days=1, minutes=number)
            )
        for number in range(0, 200, 10):
            book.remove(f"{number:03}")
        end = START + timedelta(days=9)
        found, following = book.search("eu", "updated", START, end, limit=None)
        self.assertIsNone(following)
        self.assertEqual(len(found), len(book))
        times = [(entry.updated, entry.id) for entry in found]
        self.assertEqual(times, sorted(times))


class TestClock(BaseCase):
    def test_time_passes_stands_still_and_hurries(self):
        clock = Clock(START)
        self.assertGreaterEqual(clock.now(), START)
        clock.freeze(START)
        self.assertEqual(clock.now(), START)
        clock.advance(hours=2, minutes=1)
        self.assertEqual(clock.now() - START, timedelta(hours=2, minutes=1))
        clock.run(scale=3600)
        before = clock.now()
        threading.Event().wait(0.02)
        self.assertGreater(clock.now() - before, timedelta(minutes=1))


class TestRestart(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.path = Path(self.folder) / "world.json"

    def make_world(self):
        return lively()

    def restarted(self, world=None):
        world = world or World(clock=Clock(START, scale=0))
        with Simulator(world, state=self.folder):
            return world

    def test_everything_is_as_it_was(self):
        world = self.world
        world.clock.advance(days=1)
        placed = self.place("DE", age=30)["orderId"]
        verbatim = world.order(placed) | {"orderId": "1-2-3"}
        world.put_order(verbatim)
        world.set_account("eu", denied=["getOrder"], orders_per_hour=2)
        world.set_listing("eu", "OAK-APRON", quantity=3, closed=["DE"])
        world.grow_catalogue("jp", 3)
        world.set_options(throttled=False, rate_scale=5, listing_seconds=9)
        world.add_report("eu", "ANY", ["DE"], "text")
        self.token()
        StateFile(self.folder).save(world)
        again = self.restarted()
        states = [json.loads(json.dumps(dump(each))) for each in (again, world)]
        for state in states:
            state.pop("clock")
        self.assertEqual(*states)
        for each in (world, again):
            each.clock.advance(days=1)
        self.assertEqual(orders_of(again), orders_of(world))

    def test_it_is_saved_when_it_ends(self):
        world = lively(history=0)
        with Simulator(world, state=self.folder):
            self.assertFalse(self.path.exists())
            order_id = world.place_order([{"sku": "OAK-MUG-4"}])["orderId"]
        self.assertEqual(set(orders_of(self.restarted())), {order_id})
        self.assertEqual(
            [path.name for path in Path(self.folder).iterdir()], ["world.json"]
        )

    def test_a_file_that_cannot_be_read_is_kept_aside(self):
        for text in ("{", "[]", '{"version": 99}', '{"version": 1}'):
            self.path.write_text(text)
            with self.assertLogs(LOGGER, "WARNING") as logs:
                world = self.restarted()
            self.assertIn("a new world begins", logs.output[0])
            self.assertEqual(world.health()["orders"], 120)
            [kept] = Path(self.folder).glob("world.broken-*")
            self.assertEqual(kept.read_text(), text)
            kept.unlink()

    def test_after_weeks_of_absence_a_day_of_orders_waits(self):
        self.world.clock.run()
        StateFile(self.folder).save(self.world)
        state = json.loads(self.path.read_text())
        state["clock"]["real"] -= timedelta(days=30).total_seconds()
        self.path.write_text(json.dumps(state))
        again = self.restarted(World())
        self.assertAlmostEqual(again.health()["orders"], 120 + 3 * 144, delta=6)
