"""Listings that are new or have changed, read between the reports."""

import json
from datetime import timedelta
from decimal import Decimal

from odoo.addons.acorn_base.channel import Document, Refused

from ..simulator.clock import iso
from .common_pure import DE, FR, NOW, Reply, ScriptCase, amazon_model, examples
from .test_channel_simulator import SimulatorCase

KIND = "listing_change"
MUG, APRON, BOARD = "OAK-MUG-4", "OAK-APRON", "OAK-BOARD-L"  # Amazon ships the board


class TestChanges(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.world.clock.freeze()
        self.began = self.world.clock.now()
        self.world.clock.advance(hours=1)

    def change(self, sku=MUG, **values):
        self.world.set_listing("eu", sku, **values)
        self.world.clock.advance(minutes=5)

    def pull(self, cursor=None, site=DE):
        """Pull to the end; return the changes by SKU, the last cursor, the pages."""
        cursor = cursor or {"until": self.began.isoformat()}
        channel, found, pages = self.channel(), {}, 0
        while True:
            page = channel.pull(KIND, cursor, site=site)
            for document in page.documents:
                change = channel.parse(document)
                found[change.listing.sku] = change
            cursor, pages = json.loads(json.dumps(page.cursor)), pages + 1
            if not page.more:
                return found, cursor, pages

    def test_only_what_has_changed_comes(self):
        moment = self.world.clock.now()
        self.change(quantity=3, prices={"EUR": "12.50"})
        found, cursor, _pages = self.pull()
        self.assertEqual(set(found), {MUG})
        listing = found[MUG].listing
        self.assertEqual((listing.site, listing.sku), (DE, MUG))
        self.assertEqual((listing.price, listing.currency), (Decimal("12.50"), "EUR"))
        self.assertEqual((listing.quantity, listing.by_channel), (3, False))
        self.assertEqual(listing.status, "active")
        self.assertTrue(listing.title and listing.listing_ref)
        self.assertEqual(found[MUG].changed_at, moment.replace(microsecond=0))
        self.assertEqual(
            cursor["until"],
            (self.world.clock.now() - timedelta(minutes=2)).isoformat(),
        )

    def test_the_next_round_goes_on_where_the_last_one_ended(self):
        self.change(quantity=3)
        _found, cursor, _pages = self.pull()
        self.world.clock.advance(minutes=30)
        self.change(APRON, quantity=0)
        found, cursor, _pages = self.pull(cursor)
        self.assertEqual(found[APRON].listing.status, "inactive")
        self.assertEqual(found[APRON].listing.quantity, 0)
        self.world.clock.advance(minutes=30)
        # What changed late in a round is looked at again in the next one.
        self.assertEqual(set(self.pull(cursor)[0]), {APRON})

    def test_what_amazon_ships_has_no_quantity(self):
        self.change(BOARD, closed=["FR"])
        listing = self.pull()[0][BOARD].listing
        self.assertEqual((listing.by_channel, listing.quantity), (True, None))
        self.assertEqual(listing.status, "active")
        self.assertEqual(self.pull(site=FR)[0][BOARD].listing.status, "inactive")

    def test_a_patch_is_seen_again(self):
        patch = {"fulfillment_channel_code": "DEFAULT", "quantity": 4}
        path = "/attributes/fulfillment_availability"
        self.world.agenda.add(
            self.world.clock.now(),
            "patch",
            "eu",
            MUG,
            ["DE"],
            {"op": "merge", "path": path, "value": [patch]},
        )
        self.world.clock.advance(minutes=5)
        self.assertEqual(self.pull()[0][MUG].listing.quantity, 4)

    def grow(self, count, seconds):
        """Let listings have been changed, so many in each of these seconds."""
        self.world.grow_catalogue("eu", count * len(seconds))
        grown = list(self.world.listings["eu"])[24:]
        for place, listing in enumerate(grown):
            second = seconds[place % len(seconds)]
            listing.updated = self.began + timedelta(minutes=30, seconds=second)
        return {listing.sku for listing in grown}

    def test_more_than_a_thousand_come_all_the_same(self):
        skus = self.grow(110, range(10))
        self.world.forget_calls()
        found, _cursor, pages = self.pull()
        self.assertEqual(set(found), skus)
        self.assertLess(pages, 100)
        self.assertLess(len(self.world.show_calls("searchListingsItems")), 100)

    def test_as_many_in_one_second_as_amazon_shows(self):
        skus = self.grow(150, (1, 2))
        found, _cursor, _pages = self.pull()
        self.assertEqual(set(found), skus)

    def test_of_more_in_one_second_than_amazon_shows_some_are_left_to_the_report(self):
        skus = self.grow(1050, (1,))
        found, _cursor, _pages = self.pull()
        self.assertEqual(len(set(found)), 1000)
        self.assertLess(set(found), skus)

    def test_what_is_older_than_the_daily_report_is_left_to_it(self):
        self.world.clock.advance(days=20)
        self.change(quantity=3)
        self.world.forget_calls()
        found, _cursor, pages = self.pull()
        self.assertEqual((set(found), pages), ({MUG}, 2))
        asked = self.world.show_calls("searchListingsItems")[0]["params"]
        earliest = self.world.clock.now() - timedelta(days=2, minutes=10)
        self.assertEqual(asked["lastUpdatedAfter"], f"{iso(earliest)[:19]}Z")

    def test_a_token_that_amazon_refuses_starts_its_second_again(self):
        skus = self.grow(50, (1,))
        self.world.add_fault(operation="searchListingsItems", skip=2, status=400)
        found, _cursor, _pages = self.pull()
        self.assertEqual(set(found), skus)
        self.world.add_fault(operation="searchListingsItems", status=400)
        with self.assertRaises(Refused):
            self.pull()

    def test_a_token_that_is_always_refused_is_told(self):
        self.grow(50, (1,))
        cursor, channel = {"until": self.began.isoformat()}, self.channel()
        with self.assertRaises(Refused):
            for _page in range(20):
                page = channel.pull(KIND, cursor, site=DE)
                cursor = page.cursor
                if "token" in cursor:
                    cursor["token"] = "broken"

    def test_nothing_is_asked_while_there_is_nothing_new(self):
        cursor = {"until": self.world.clock.now().isoformat()}
        self.world.forget_calls()
        page = self.channel().pull(KIND, cursor, site=DE)
        self.assertEqual((page.cursor, page.more), (cursor, False))
        self.assertFalse(self.world.show_calls("searchListingsItems"))


class TestParse(ScriptCase):
    def item(self, **values):
        summary = {
            "marketplaceId": DE,
            "asin": "B01",
            "productType": "MUG",
            "status": ["BUYABLE"],
            "itemName": "Becher",
            "createdDate": "2026-11-01T00:00:00Z",
            "lastUpdatedDate": "2026-11-20T10:00:00Z",
        }
        summary |= values.pop("summary", {})
        return {"sku": "MUG", "summaries": [summary]} | values

    def parse(self, **values):
        body = json.dumps(self.item(**values)).encode()
        document = Document(KIND, f"{DE}/MUG", NOW, body, site=DE)
        return self.channel().parse(document).listing

    def ways(self, *codes):
        return [{"fulfillmentChannelCode": code, "quantity": 3} for code in codes]

    def test_who_ships_is_told_only_where_it_is_clear(self):
        for codes, by_channel, quantity in (
            (["DEFAULT"], False, 3),
            (["AMAZON_EU"], True, None),
            (["DEFAULT", "AMAZON_EU"], None, 3),
            ([], None, None),
        ):
            listing = self.parse(fulfillmentAvailability=self.ways(*codes))
            self.assertEqual(
                (listing.by_channel, listing.quantity), (by_channel, quantity)
            )
        self.assertTrue(self.parse(summary={"fnSku": "X001"}).by_channel)

    def test_prices_of_consumers_on_this_site_count(self):
        def offer(site, kind, amount):
            price = {"currencyCode": "EUR", "amount": amount}
            return {"marketplaceId": site, "offerType": kind, "price": price}

        offers = [offer(FR, "B2C", "1"), offer(DE, "B2B", "2"), offer(DE, "B2C", "3.5")]
        self.assertEqual(self.parse(offers=offers).price, Decimal("3.5"))
        listing = self.parse()
        self.assertEqual((listing.price, listing.currency), (None, "EUR"))

    def test_what_is_no_listing_of_the_site_is_refused(self):
        for values in (
            {"summaries": []},
            {"summary": {"marketplaceId": FR}},
            {"sku": None},
            {"fulfillmentAvailability": [{"quantity": 1}]},
        ):
            with self.subTest(values), self.assertRaises(Refused):
                self.parse(**values)

    def test_amazons_own_examples(self):
        model = amazon_model("listingsItems_2021-08-01.json")
        found = 0
        for operation, _status, body in examples(model, successes=True):
            if operation != "searchListingsItems":
                continue
            for item in body["items"]:
                site = item["summaries"][0]["marketplaceId"]
                content = json.dumps(item).encode()
                document = Document(KIND, item["sku"], NOW, content, site=site)
                listing = self.channel().parse(document).listing
                self.assertEqual(listing.sku, item["sku"])
                found += 1
        self.assertTrue(found)

    def test_a_listing_whose_time_cannot_be_read_stops_no_other(self):
        broken = self.item(summary={"lastUpdatedDate": "yesterday"})
        items = [broken, self.item() | {"sku": "B"}, {"sku": "C"}]
        self.amazon.say(Reply({"numberOfResults": 3, "items": items}))
        page = self.channel().pull(KIND, {"until": "2026-11-20T11:00:00+00:00"}, DE)
        self.assertEqual([each.key[-1] for each in page.documents], ["G", "B", "C"])
        times = [each.version.hour for each in page.documents]
        self.assertEqual(times, [10, 10, 10])

    def test_one_document_for_each_listing(self):
        self.amazon.say(Reply({"numberOfResults": 1, "items": [self.item()]}))
        page = self.channel().pull(KIND, {"until": "2026-11-20T11:00:00+00:00"}, DE)
        [document] = page.documents
        self.assertEqual((document.key, document.site), (f"{DE}/MUG", DE))
        self.assertEqual(document.version.isoformat(), "2026-11-20T10:00:00+00:00")
        [call] = self.amazon.calls()
        self.assertEqual(call.path, "/listings/2021-08-01/items/A1SELLER")
        self.assertEqual(
            call.query,
            {
                "marketplaceIds": DE,
                "lastUpdatedAfter": "2026-11-20T10:50:00Z",
                "lastUpdatedBefore": "2026-11-20T11:58:00Z",
                "sortBy": "lastUpdatedDate",
                "sortOrder": "ASC",
                "includedData": "summaries,offers,fulfillmentAvailability",
                "pageSize": "20",
            },
        )
