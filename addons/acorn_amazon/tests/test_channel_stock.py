"""Telling Amazon quantities: against the local Amazon, and with its answers lost."""

import time

from odoo.addons.acorn_base.channel import Refused, RetryLater
from odoo.addons.acorn_base.records import StockLevel, StockLevels

from ..simulator.accounts import MARKETPLACES
from ..simulator.catalogue import PRODUCTS
from ..spapi.throttle import MemoryThrottle
from .common_pure import DE, FR, Reply, ScriptCase
from .test_channel_simulator import SimulatorCase

GB = MARKETPLACES["GB"].id
MUG, APRON, BOARD = "OAK-MUG-4", "OAK-APRON", "OAK-BOARD-L"  # Amazon ships the board


class StockCase(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.world.clock.freeze()

    def level(self, sku=MUG, quantity=7, days=None, sites=(DE,)):
        return StockLevel(sku, tuple(sites), quantity, days)

    def levels(self, *levels):
        return StockLevels(tuple(levels))

    def listing(self, sku=MUG):
        [found] = [e for e in self.world.show_listings("eu") if e["sku"] == sku]
        return found

    def shown(self, sku=MUG):
        return self.listing(sku)["quantities"]["eu"]

    def calls(self, operation):
        return self.world.show_calls(operation)


class TestOne(StockCase):
    def test_accepted_waits_until_amazon_shows_it(self):
        channel, level = self.channel(), self.level()
        before = self.shown()
        receipt = channel.push(level)
        self.assertEqual(receipt.state, "waiting")
        self.assertRegex(receipt.reference, r"^[0-9a-f]{32}$")
        asked = channel.poll(level, receipt.reference)
        self.assertEqual(asked.state, "waiting")
        self.assertEqual(asked.verdicts[0].shown, before)
        self.world.clock.advance(seconds=6)
        asked = channel.poll(level, receipt.reference)
        [verdict] = asked.verdicts
        self.assertEqual((asked.state, verdict.sku, verdict.shown), ("done", MUG, 7))
        self.assertEqual(self.shown(), 7)

    def test_the_handling_time_at_amazon_stays_unless_another_is_told(self):
        for days, left in ((4, 4), (None, 4), (0, 0)):
            self.channel().push(self.level(days=days))
            self.world.clock.advance(seconds=6)
            self.assertEqual(self.listing()["lead_time"], left)

    def test_the_product_type_is_amazons_own(self):
        self.channel().push(self.level())
        body = self.world.calls[-1].json()
        self.assertEqual(body["productType"], self.product(MUG)["product_type"])

    def product(self, sku):
        return next(each for each in PRODUCTS if each["sku"] == sku)

    def test_only_sites_that_have_the_listing_are_named(self):
        tray = self.product(MUG) | {"sku": "ONLY-DE", "prices": {"EUR": "9.00"}}
        self.world.listings["eu"].add(tray, self.world.clock.now())
        sites = self.world.listings["eu"].get("ONLY-DE").sites
        self.assertNotIn("GB", sites)
        self.channel().push(self.level("ONLY-DE", sites=(DE, GB)))
        [call] = self.calls("patchListingsItem")
        self.assertEqual(call["params"]["marketplaceIds"], DE)

    def test_skus_with_slashes_spaces_and_letters_of_all_kinds(self):
        channel = self.channel()
        for number, sku in enumerate(("A/B //C", "x y&z=1?#%2F", "棚-Ä+é", "a..b{}")):
            product = self.product(MUG) | {"sku": sku}
            self.world.listings["eu"].add(product, self.world.clock.now())
            receipt = channel.push(self.level(sku, number + 1))
            self.assertEqual(receipt.state, "waiting", sku)
            self.world.clock.advance(seconds=6)
            self.assertEqual(channel.poll(self.level(sku, number + 1)).state, "done")

    def test_a_sku_that_amazon_does_not_know_is_refused(self):
        for receipt in (
            self.channel().push(self.level("NONE")),
            self.channel().poll(self.level("NONE"), "S1"),
        ):
            [verdict] = receipt.verdicts
            self.assertEqual((receipt.state, verdict.state), ("refused", "refused"))
            self.assertIn("NONE", verdict.message)

    def test_what_amazon_ships_is_never_sent_a_quantity(self):
        receipt = self.channel().push(self.level(BOARD))
        self.assertEqual(receipt.state, "refused")
        self.assertIn(BOARD, receipt.message)
        self.assertFalse(self.calls("patchListingsItem"))

    def test_amazons_words_about_what_is_invalid(self):
        receipt = self.channel().push(self.level(days=31))
        self.assertEqual(receipt.state, "refused")
        self.assertIn("must be from 0 to 30", receipt.message)
        self.assertEqual(receipt.verdicts[0].message, receipt.message)
        self.assertTrue(receipt.reference)

    def test_a_lost_answer_is_asked_for_and_told_again_if_need_be(self):
        for kind, state in (("lost_answer", "done"), ("reset", "unknown")):
            level = self.level(quantity=11 if kind == "reset" else 12)
            self.world.add_fault(operation="patchListingsItem", kind=kind)
            with self.assertRaises(RetryLater) as caught:
                self.channel().push(level)
            self.assertTrue(caught.exception.unknown_outcome)
            self.world.clock.advance(seconds=6)
            self.assertEqual(self.channel().poll(level).state, state)

    def test_a_look_that_fails_has_told_nothing(self):
        self.world.add_fault(operation="getListingsItem", kind="reset")
        with self.assertRaises(RetryLater) as caught:
            self.channel().push(self.level())
        self.assertFalse(caught.exception.unknown_outcome)
        self.assertFalse(self.calls("patchListingsItem"))


class TestMany(StockCase):
    def test_a_feed_is_read_and_told_back_by_sku(self):
        channel = self.channel()
        levels = self.levels(
            self.level(), self.level(APRON, 0, 5), self.level(BOARD), self.level("NO")
        )
        receipt = channel.push(levels)
        self.assertEqual(receipt.state, "waiting")
        self.assertEqual(channel.poll(levels, receipt.reference).state, "waiting")
        self.world.clock.advance(minutes=2)
        done = channel.poll(levels, receipt.reference)
        self.assertEqual((done.state, done.reference), ("done", receipt.reference))
        refused = {each.sku: each.message for each in done.verdicts}
        self.assertEqual(set(refused), {BOARD, "NO"})
        self.assertIn("not known", refused["NO"])
        self.world.clock.advance(seconds=6)
        self.assertEqual((self.shown(), self.shown(APRON)), (7, 0))
        self.assertEqual(self.listing(APRON)["lead_time"], 5)

    def test_thousands_of_quantities_in_one_feed(self):
        self.world.grow_catalogue("eu", 3000)
        skus = [each.sku for each in self.world.listings["eu"]][24:]
        levels = self.levels(*[self.level(sku, 3) for sku in skus], self.level("NO"))
        channel = self.channel()
        receipt = channel.push(levels)
        self.world.clock.advance(minutes=2)
        done = channel.poll(levels, receipt.reference)
        self.assertEqual(done.state, "done")
        merchant = [each for each in self.world.listings["eu"] if each.sku in skus]
        by_amazon = {each.sku for each in merchant if each.by_amazon("DE")}
        self.assertEqual({each.sku for each in done.verdicts}, by_amazon | {"NO"})
        self.world.clock.advance(seconds=6)
        with self.world.present():
            told = {
                each.quantities["eu"] for each in merchant if each.sku not in by_amazon
            }
        self.assertEqual(told, {3})

    def test_a_feed_that_amazon_gives_up_is_refused_in_its_words(self):
        levels = self.levels(self.level())
        channel = self.channel()
        receipt = channel.push(levels)
        feed = self.world.jobs.get("eu", "feed", receipt.reference)
        document = self.world.documents.get(feed.details["inputFeedDocumentId"])
        document.content = b"{}"
        self.world.clock.advance(minutes=2)
        refused = channel.poll(levels, receipt.reference)
        self.assertEqual(refused.state, "refused")
        self.assertIn("FATAL", refused.message)
        self.assertIn("not JSON of the listings feed schema", refused.message)

    def test_a_feed_that_was_cancelled_is_refused(self):
        levels = self.levels(self.level())
        self.world.set_options(job_fate="CANCELLED")
        receipt = self.channel().push(levels)
        self.world.clock.advance(minutes=2)
        refused = self.channel().poll(levels, receipt.reference)
        self.assertEqual(refused.state, "refused")
        self.assertIn("CANCELLED", refused.message)

    def lose(self, kind, levels):
        self.world.add_fault(operation="createFeed", kind=kind)
        with self.assertRaises(RetryLater) as caught:
            self.channel().push(levels)
        self.assertTrue(caught.exception.unknown_outcome)
        return caught.exception.receipt

    def test_a_feed_whose_number_was_lost_is_found_again(self):
        levels = self.levels(self.level(), self.level(APRON))
        self.channel().push(self.levels(self.level(sites=(DE, FR))))
        receipt = self.lose("lost_answer", levels)
        [_other, lost] = reversed(self.world.jobs.of("eu", "feed"))
        found = self.channel().poll(levels, receipt)
        self.assertEqual((found.state, found.reference), ("waiting", f"?{lost.id}"))
        self.world.clock.advance(minutes=2)
        done = self.channel().poll(levels, found.reference)
        self.assertEqual((done.state, done.verdicts), ("done", ()))
        self.assertEqual(len(self.calls("createFeed")), 2)

    def test_a_feed_that_never_came_may_be_told_again(self):
        levels = self.levels(self.level())
        self.channel().push(levels)
        self.world.clock.advance(minutes=10)
        receipt = self.lose("reset", levels)
        self.assertEqual(self.channel().poll(levels, receipt).state, "unknown")

    def test_the_feed_of_other_quantities_is_not_taken_for_the_lost_one(self):
        self.channel().push(self.levels(self.level(), self.level(APRON)))
        levels = self.levels(self.level())
        receipt = self.lose("reset", levels)
        found = self.channel().poll(levels, receipt)
        self.assertEqual(found.state, "waiting")
        self.world.clock.advance(minutes=2)
        self.assertEqual(self.channel().poll(levels, found.reference).state, "unknown")

    def test_when_nothing_is_known_the_last_feed_of_the_day_is_looked_at(self):
        levels = self.levels(self.level())
        self.assertEqual(self.channel().poll(levels).state, "unknown")
        receipt = self.channel().push(levels)
        self.world.clock.advance(minutes=2)
        found = self.channel().poll(levels)
        self.assertEqual((found.state, found.reference), ("done", receipt.reference))

    def test_a_feed_that_amazon_has_forgotten_may_be_told_again(self):
        levels = self.levels(self.level())
        self.assertEqual(self.channel().poll(levels, "404404").state, "unknown")

    def test_an_upload_that_fails_has_told_nothing(self):
        self.world.add_fault(operation="uploadDocument", kind="status", status=403)
        with self.assertRaises(RetryLater) as caught:
            self.channel().push(self.levels(self.level()))
        self.assertFalse(caught.exception.unknown_outcome)
        self.assertFalse(self.calls("createFeed"))

    def test_too_many_feeds_wait(self):
        levels = self.levels(self.level())
        for _time in range(5):
            self.channel().push(levels)
        with self.assertRaises(RetryLater) as caught:
            self.channel().push(levels)
        self.assertFalse(caught.exception.unknown_outcome)
        self.assertGreater(caught.exception.seconds, 60)


class TestBudget(StockCase):
    def test_a_burst_of_patches_flows_as_fast_as_amazon_takes_them(self):
        """No call fails and none is made in vain: the channel waits for its token."""
        self.world.clock.run()
        self.world.set_options(throttled=True)
        account = self.account()
        throttle = MemoryThrottle(account.seller_id, account.client_id, buckets={})
        channel = self.channel()
        channel._throttle = throttle
        started = time.monotonic()
        for number in range(12):
            self.assertEqual(channel.push(self.level(quantity=number)).state, "waiting")
        took = time.monotonic() - started
        self.assertGreater(took, 8 / 5 - 0.2)  # after a burst of four, five a second
        self.assertEqual(
            {call["status"] for call in self.calls("patchListingsItem")}, {200}
        )


class TestUnreadable(ScriptCase):
    level = StockLevel("MUG", (DE,), 7)

    def test_an_answer_that_lacks_the_status_leaves_the_outcome_unknown(self):
        self.amazon.say(Reply({"sku": "MUG"}), Reply({"sku": "MUG"}))
        with self.assertRaises(RetryLater) as caught:
            self.channel().push(self.level)
        self.assertTrue(caught.exception.unknown_outcome)

    def test_a_listing_that_names_both_ways_is_told_the_sellers_quantity(self):
        both = [
            {"fulfillmentChannelCode": "AMAZON_EU"},
            {"fulfillmentChannelCode": "DEFAULT", "quantity": 3},
        ]
        accepted = {"sku": "MUG", "status": "ACCEPTED", "submissionId": "S1"}
        self.amazon.say(
            Reply({"sku": "MUG", "fulfillmentAvailability": both}), Reply(accepted)
        )
        self.assertEqual(self.channel().push(self.level).state, "waiting")
        self.assertEqual(self.amazon.calls()[1].json["productType"], "PRODUCT")

    def test_what_is_posted_about_a_feed_holds_nothing_else(self):
        levels = StockLevels((self.level,))
        self.amazon.say(
            Reply({"feedDocumentId": "D1", "url": f"{self.amazon.url}/put"}, 201),
            Reply(b""),
            Reply({"feedId": "5"}, 202),
        )
        self.assertEqual(self.channel().push(levels).reference, "5")
        described, upload, created = self.amazon.calls()
        kind = "application/json; charset=UTF-8"
        self.assertEqual(described.json, {"contentType": kind})
        self.assertEqual(upload.headers["content-type"], kind)
        self.assertNotIn("x-amz-access-token", upload.headers)
        self.assertEqual(
            created.json,
            {
                "feedType": "JSON_LISTINGS_FEED",
                "inputFeedDocumentId": "D1",
                "marketplaceIds": [DE],
            },
        )

    def test_a_result_that_cannot_be_read_is_a_persons_matter(self):
        done = {"feedId": "5", "processingStatus": "DONE", "resultFeedDocumentId": "D2"}
        self.amazon.say(
            Reply(done), Reply({"url": f"{self.amazon.url}/get"}), Reply(b"<xml/>")
        )
        with self.assertRaises(Refused):
            self.channel().poll(StockLevels((self.level,)), "5")

    def test_done_without_a_result_waits(self):
        self.amazon.say(Reply({"feedId": "5", "processingStatus": "DONE"}))
        receipt = self.channel().poll(StockLevels((self.level,)), "5")
        self.assertEqual(receipt.state, "waiting")
