from datetime import timedelta

from odoo.tests import tagged

from .common import AmazonCase

MUG = "OAK-MUG-4"


@tagged("post_install", "-at_install")
class TestAmazonListingChanges(AmazonCase):
    """What is changed at Amazon is known here long before the next report."""

    def setUp(self):
        super().setUp()
        self.drain_reports()
        self.world.clock.advance(minutes=30)

    def drain_reports(self):
        """Fetch what Amazon makes while one waits."""
        for _round in range(4):
            self.drain()
            self.world.clock.advance(minutes=2)
            self.shop.stream_ids._make_due()

    def listing(self, sku=MUG, code="DE"):
        return self.env["acorn.listing"].search(
            [("offer_id.sku", "=", sku), ("site_id", "=", self.site(code).id)]
        )

    def pull_changes(self):
        self.world.clock.advance(minutes=10)
        self.shop.stream_ids.filtered(lambda s: s.kind == "listing_change")._make_due()
        return self.drain()

    def test_each_site_has_its_stream(self):
        streams = self.shop.stream_ids.filtered(lambda s: s.kind == "listing_change")
        self.assertEqual(streams.site_id, self.shop.site_ids)
        self.assertEqual(set(streams.mapped("state")), {"running"})

    def test_a_change_at_amazon_arrives_between_the_reports(self):
        before = self.listing("OAK-APRON").read(["quantity", "price", "status"])
        self.world.set_listing("eu", MUG, quantity=2, prices={"EUR": "33.00"})
        reports = len(self.world.show_calls("createReport"))
        self.pull_changes()
        german, french = self.listing(), self.listing(code="FR")
        self.assertEqual((german.quantity, german.price), (2, 33.0))
        self.assertEqual((french.quantity, french.status), (2, "active"))
        after = self.listing("OAK-APRON").read(["quantity", "price", "status"])
        self.assertEqual(before, after)
        self.assertEqual(len(self.world.show_calls("createReport")), reports)
        message = self.env["acorn.message"].search(
            [("kind", "=", "listing_change"), ("site_id", "=", self.site("DE").id)]
        )
        self.assertEqual(set(message.mapped("state")), {"done"})
        self.assertIn(f"{self.site('DE').channel_ref}/{MUG}", message.mapped("key"))

    def test_the_quantity_of_a_group_learns_what_amazon_shows(self):
        offer, group = self.listing().offer_id, self.site("DE").quantity_group_id
        Quantity = self.env["acorn.offer.quantity"]
        domain = [("offer_id", "=", offer.id), ("group_id", "=", group.id)]
        if not Quantity.search(domain):
            Quantity.create({"offer_id": offer.id, "group_id": group.id})
        moment = self.world.clock.now() + timedelta(minutes=1)
        self.world.clock.advance(minutes=1)
        self.world.set_listing("eu", MUG, quantity=2)
        self.pull_changes()
        quantity = Quantity.search(domain)
        self.assertEqual(quantity.shown, 2)
        self.assertLess(
            abs(quantity.shown_at - moment.replace(tzinfo=None)), timedelta(seconds=5)
        )

    def test_a_listing_that_amazon_ships_now_is_known_as_such(self):
        listing = self.world.listings["eu"].get(MUG)
        listing.product = listing.product | {"fba": ("DE",)}
        self.world.set_listing("eu", MUG)
        self.pull_changes()
        self.assertTrue(self.listing().by_channel)
        self.assertFalse(self.listing(code="FR").by_channel)
