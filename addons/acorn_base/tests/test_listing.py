from decimal import Decimal

from odoo.addons.acorn_base.records import Listing

from .common import AcornCase


class TestListing(AcornCase):
    """What the shop offers, as its channel reports it."""

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
