from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user

from .common_shipping import ShippingCase


class TestCarrierCode(ShippingCase):
    """Each channel, shop and site may know a carrier by a word of its own."""

    def code(self, code, **values):
        return self.env["acorn.carrier.code"].create(
            {"carrier_id": self.carrier.id, "code": code, **values}
        )

    def words(self, site=None):
        return self.carrier._acorn_words(site or self.us)["carrier_code"]

    def test_delivery_method_has_a_word_for_all(self):
        self.assertEqual(self.words(), "DHL")
        self.carrier.acorn_code = False
        self.assertEqual(
            self.carrier._acorn_words(self.us),
            {
                "carrier_code": "Other",
                "carrier_name": "Parcel Post",
                "service": "Standard",
            },
        )

    def test_most_special_word_counts(self):
        self.code("EVERYWHERE")
        self.assertEqual(self.words(), "EVERYWHERE")
        self.code("CHANNEL", channel="dummy")
        self.assertEqual(self.words(), "CHANNEL")
        self.code("GERMANY", channel="dummy", country_id=self.env.ref("base.de").id)
        self.assertEqual((self.words(self.de), self.words()), ("GERMANY", "CHANNEL"))
        self.code("SHOP", shop_id=self.shop.id)
        self.assertEqual(self.words(self.de), "SHOP")
        self.code("SITE", site_id=self.de.id)
        self.assertEqual((self.words(self.de), self.words()), ("SITE", "SHOP"))

    def test_parcel_is_told_with_the_word_of_its_site(self):
        self.code("DHL DE", site_id=self.de.id, service="Paket")
        record = self.place(site="DE1", currency="EUR")
        self.drain()
        self.ship(self.sale(record))
        self.drain()
        [parcel] = self.world.parcels.values()
        self.assertEqual((parcel.carrier_code, parcel.service), ("DHL DE", "Paket"))

    def test_other_needs_a_name(self):
        code = self.code("Other", name="Bike Couriers")
        words = self.carrier._acorn_words(self.us)
        self.assertEqual(words["carrier_name"], "Bike Couriers")
        with self.assertRaisesRegex(ValidationError, "needs a name"):
            code.name = " "

    def test_nothing_is_sent_of_another_carrier_without_a_name(self):
        code = self.code("Other", name="Bike Couriers")
        self.env.cr.execute("UPDATE acorn_carrier_code SET name = NULL")
        code.invalidate_recordset()
        picking = self.ship(self.apply())
        self.drain()
        self.assertIn("needs a name", picking.acorn_push_error)
        self.assertNotIn("push", self.world.calls)
        code.name = "Bike Couriers"
        self.drain()
        self.assertEqual(self.told(), {"1": ("Other", "TRACK1")})

    def test_code_put_right_is_told_by_retry(self):
        """A parcel that is told once is not told again because a table changes."""
        told = self.ship(self.apply())
        self.drain()
        self.code("DHL Paket")
        self.drain()
        self.assertEqual(self.told(), {"1": ("DHL", "TRACK1")})
        told.action_acorn_retry()
        self.drain()
        self.assertEqual(self.told(), {"1": ("DHL Paket", "TRACK1")})

    def test_there_is_one_code_for_one_place(self):
        self.code("A", site_id=self.de.id)
        with self.assertRaisesRegex((UserError, Exception), "already"):
            self.code("B", site_id=self.de.id)
            self.env.flush_all()

    def test_manager_takes_a_known_carrier_and_its_code_is_filled_in(self):
        manager = new_test_user(
            self.env, "codes", groups="acorn_base.group_manager,stock.group_stock_user"
        )
        known = self.env["acorn.known.carrier"].create({"code": "Royal Mail"})
        form = Form(self.env["acorn.carrier.code"].with_user(manager))
        form.carrier_id = self.carrier
        form.known_id = known
        self.assertEqual(form.code, "Royal Mail")
        code = form.save()
        self.assertEqual((code.code, self.words()), ("Royal Mail", "Royal Mail"))

    def test_codes_of_other_companies_are_not_seen(self):
        code = self.code("SHOP", shop_id=self.shop.id)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="acorn_base.group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        found = self.env["acorn.carrier.code"].with_user(stranger).search([])
        self.assertNotIn(code, found)
