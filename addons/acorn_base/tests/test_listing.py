from datetime import datetime, timedelta
from decimal import Decimal

from odoo.addons.acorn_base.channel import UTC
from odoo.addons.acorn_base.records import Listing, ListingChange, ListingSnapshot

from .common import AcornCase


class ListingCase(AcornCase):
    def listing(self, sku, site="US1", **values):
        values = {
            "title": f"Title of {sku}",
            "listing_ref": f"B0{sku}",
            "price": Decimal("9.99"),
            "currency": "USD",
            "quantity": 3,
            "status": "active",
        } | values
        return Listing(site, sku, **values)

    def report(self, *listings, site="US1"):
        self.world.listings[site] = listings
        self.drain()

    def of(self, sku, site=None):
        return self.env["acorn.listing"].search(
            [("offer_id.sku", "=", sku), ("site_id", "=", (site or self.us).id)]
        )


class TestListing(ListingCase):
    """What the shop offers, as its channel reports it."""

    def test_report_makes_offers_and_listings(self):
        self.report(self.listing("MUG"), self.listing("STRANGE", by_channel=True))
        mug, strange = self.of("MUG"), self.of("STRANGE")
        self.assertEqual((mug.price, mug.quantity, mug.status), (9.99, 3, "active"))
        self.assertEqual(mug.offer_id.product_id, self.mug)
        self.assertTrue(strange.offer_id.needs_mapping)
        self.assertTrue(strange.offer_id.by_channel)

    def test_barcode_links_what_the_reference_does_not(self):
        self.lamp.barcode = "4006381333931"
        self.report(self.listing("OTHER-SKU", barcode="4006381333931"))
        self.assertEqual(self.of("OTHER-SKU").offer_id.product_id, self.lamp)

    def test_one_offer_is_listed_on_many_sites(self):
        self.report(self.listing("MUG"))
        self.report(self.listing("MUG", "DE1", price=Decimal("8.50")), site="DE1")
        self.assertEqual(self.of("MUG").offer_id, self.of("MUG", self.de).offer_id)
        self.assertEqual(self.of("MUG", self.de).price, 8.50)

    def test_what_is_reported_no_more_is_gone_and_may_return(self):
        self.report(self.listing("MUG"), self.listing("LAMP"))
        self.report(self.listing("LAMP"))
        self.assertEqual(self.of("MUG").status, "gone")
        self.report(self.listing("MUG", price=Decimal("11.00")), self.listing("LAMP"))
        self.assertEqual(
            (self.of("MUG").status, self.of("MUG").price), ("active", 11.00)
        )

    def test_mapping_by_hand_is_never_undone(self):
        self.report(self.listing("MUG"))
        offer = self.of("MUG").offer_id
        offer.product_id = self.lamp
        self.report(self.listing("MUG", title="Another title"))
        self.assertEqual(offer.product_id, self.lamp)
        self.assertEqual(offer.title, "Another title")


class TestListingChanges(ListingCase):
    """Listings that the channel tells one by one, between its reports."""

    def setUp(self):
        super().setUp()
        self.now = datetime.now(UTC).replace(microsecond=0)

    def change(self, *listings, ago=0, site=None):
        moment = self.now - timedelta(minutes=ago)
        changes = [ListingChange(moment, listing) for listing in listings]
        self.env["acorn.listing"]._apply_changes(site or self.us, changes)

    def snapshot(self, *listings, ago=0):
        moment = self.now - timedelta(minutes=ago)
        snapshot = ListingSnapshot("US1", moment, listings)
        self.env["acorn.listing"]._apply_snapshot(self.us, snapshot)

    def shown(self, sku):
        return self.env["acorn.offer.quantity"].search(
            [("sku", "=", sku), ("group_id", "=", self.us.quantity_group_id.id)]
        )

    def test_a_change_says_nothing_of_the_others(self):
        self.snapshot(self.listing("MUG"), self.listing("LAMP"), ago=60)
        self.change(self.listing("MUG", quantity=8, price=Decimal("12.00")), ago=5)
        mug, lamp = self.of("MUG"), self.of("LAMP")
        self.assertEqual((mug.quantity, mug.price), (8, 12.00))
        self.assertEqual((lamp.quantity, lamp.status), (3, "active"))

    def test_a_new_listing_comes_with_its_offer(self):
        self.change(self.listing("MUG"), self.listing("NEW", by_channel=True))
        self.assertEqual(self.of("MUG").offer_id.product_id, self.mug)
        self.assertTrue(self.of("NEW").offer_id.needs_mapping)
        self.assertTrue(self.of("NEW").by_channel)

    def test_the_newest_of_several_changes_counts_whatever_their_order(self):
        old = ListingChange(self.now, self.listing("MUG", quantity=1))
        new = ListingChange(self.now + timedelta(seconds=9), self.listing("MUG"))
        self.env["acorn.listing"]._apply_changes(self.us, [new, old])
        self.assertEqual(self.of("MUG").quantity, 3)
        self.change(self.listing("MUG", quantity=2), ago=1)
        self.assertEqual(self.of("MUG").quantity, 3)

    def test_a_report_does_not_undo_what_changed_after_it_was_made(self):
        self.snapshot(self.listing("MUG"), self.listing("LAMP"), ago=60)
        self.change(self.listing("MUG", quantity=8), self.listing("NEW"), ago=5)
        self.snapshot(self.listing("MUG", quantity=4), ago=10)
        self.assertEqual(self.of("MUG").quantity, 8)
        self.assertEqual(self.of("NEW").status, "active")
        self.assertEqual(self.of("LAMP").status, "gone")
        self.snapshot(self.listing("MUG", quantity=4), ago=1)
        self.assertEqual(self.of("MUG").quantity, 4)
        self.assertEqual(self.of("NEW").status, "gone")

    def test_who_ships_stays_as_it_is_known_where_it_is_not_told(self):
        self.snapshot(self.listing("MUG", by_channel=True, quantity=None), ago=60)
        self.change(self.listing("MUG", by_channel=None), self.listing("LAMP"))
        self.assertTrue(self.of("MUG").by_channel)
        self.assertTrue(self.of("MUG").offer_id.by_channel)
        self.change(self.listing("MUG", by_channel=False))
        self.assertFalse(self.of("MUG").offer_id.by_channel)

    def test_quantities_learn_what_buyers_see(self):
        self.snapshot(self.listing("MUG"), self.listing("LAMP"), ago=60)
        offers = self.of("MUG").offer_id | self.of("LAMP").offer_id
        group = self.us.quantity_group_id
        for offer in offers - self.shown("MUG").offer_id - self.shown("LAMP").offer_id:
            self.env["acorn.offer.quantity"].create(
                {"offer_id": offer.id, "group_id": group.id}
            )
        self.snapshot(self.listing("MUG", quantity=5), self.listing("LAMP"), ago=50)
        self.assertEqual(self.shown("MUG").shown, 5)
        self.change(
            self.listing("MUG", quantity=6),
            self.listing("LAMP", by_channel=True, quantity=None),
            ago=4,
        )
        self.assertEqual((self.shown("MUG").shown, self.shown("LAMP").shown), (6, 3))
        moment = (self.now - timedelta(minutes=4)).replace(tzinfo=None)
        self.assertEqual(self.shown("MUG").shown_at, moment)
