from .common import PENDING, SHIPPED, AcornCase, Address, Buyer


class TestOrderPartners(AcornCase):
    """Who bought, and where it goes."""

    def address(self, *lines, name="Ada", city="Seattle", **values):
        values = {"region": "WA", "postcode": "98101", "country": "US"} | values
        return Address(name, lines=lines or ("1 Main St",), city=city, **values)

    def test_one_contact_per_buyer_and_one_address_per_place(self):
        buyer = Buyer("Ada", "ada@example.com")
        first = self.apply(buyer=buyer, recipient=self.address())
        again = self.apply(
            buyer=Buyer("Ada", " ADA@example.com"),
            recipient=self.address("1  MAIN st"),
        )
        other = self.apply(buyer=buyer, recipient=self.address("2 Side St"))
        self.assertEqual(first.partner_id, again.partner_id)
        self.assertEqual(first.partner_shipping_id, again.partner_shipping_id)
        self.assertEqual(first.partner_id, other.partner_id)
        self.assertNotEqual(first.partner_shipping_id, other.partner_shipping_id)
        self.assertEqual(other.partner_shipping_id.parent_id, first.partner_id)

    def test_buyer_of_another_shop_is_another_contact(self):
        buyer = Buyer("Ada", "ada@example.com")
        mine = self.apply(buyer=buyer)
        shop = self.env["acorn.shop"].create({"name": "Second", "channel": "dummy"})
        self.assertFalse(
            self.env["res.partner"].search(
                [("acorn_shop_id", "=", shop.id), ("id", "=", mine.partner_id.id)]
            )
        )

    def test_without_an_email_there_is_one_contact_per_order(self):
        first = self.apply(buyer=Buyer("Ada"), recipient=self.address())
        second = self.apply(buyer=Buyer("Ada"), recipient=self.address())
        self.assertNotEqual(first.partner_id, second.partner_id)
        self.assertEqual(first.partner_id.city, "Seattle")
        self.assertEqual(first.partner_shipping_id, first.partner_id)

    def test_without_a_recipient_there_is_one_contact_per_site(self):
        line = self.line(quantity_shipped=1, quantity_open=0)
        values = {
            "status": SHIPPED, "by_channel": True, "buyer": Buyer(), "recipient": None
        }  # fmt: skip
        first, second = self.apply(line, **values), self.apply(line, **values)
        german = self.apply(line, site="DE1", currency="EUR", **values)
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertNotEqual(first.partner_id, german.partner_id)
        self.assertIn("Dummy US", first.partner_id.name)

    def test_addresses_of_every_kind_keep_every_word(self):
        addresses = {
            "JP": Address(
                "山田 太郎", "株式会社山田", ("丸の内1-1-1", "パレスビル 5階"),
                "千代田区",
                "", "東京都", "100-0005", "JP", "+81 3-1234-5678",
            ),
            "DE": Address(
                "Jürgen Müßig", "", ("c/o Groß", "Straße des 17. Juni 135", "Hof"),
                "Berlin", "", "", "10623", "DE",
            ),
            "BR": Address(
                "Carlos", "Oliveira Ltda", ("Avenida Paulista, 1000", "Sala 301"),
                "São Paulo", "Bela Vista", "SP", "01310-100", "BR",
            ),
            "GB": Address(
                "Sarah", "", ("45 Oak Avenue", "x" * 300), "London", "Greater London",
                "England", "SW1A 1AA", "GB",
            ),
        }  # fmt: skip
        for code, address in addresses.items():
            with self.subTest(country=code):
                order = self.apply(recipient=address)
                place = order.partner_shipping_id
                self.assertEqual(place.country_id.code, code)
                shown = (
                    " ".join(
                        str(place[name] or "")
                        for name in (
                            "name",
                            "company_name",
                            "street",
                            "street2",
                            "city",
                            "zip",
                            "phone",
                        )
                    )
                    + f" {place.state_id.code} {place.state_id.name}"
                )
                words = (
                    address.name, address.company, *address.lines, address.city,
                    address.district, address.region, address.postcode, address.phone,
                )  # fmt: skip
                for word in words:
                    self.assertIn(word, shown)
        self.assertEqual(
            self.apply(recipient=addresses["BR"]).partner_shipping_id.state_id.code,
            "SP",
        )

    def test_changed_address_goes_to_the_open_delivery(self):
        record = self.place(recipient=self.address())
        self.drain()
        self.world.change(record.ref, recipient=self.address("9 New Rd"))
        self.drain()
        order = self.sale(record)
        self.assertEqual(order.partner_shipping_id.street, "9 New Rd")
        self.assertEqual(order.picking_ids.partner_id, order.partner_shipping_id)

    def test_buyer_tax_registration_is_kept(self):
        from ..records import TaxRegistration

        order = self.apply(
            tax_registrations=(TaxRegistration("DE123456789", "VAT", "Muster GmbH"),)
        )
        self.assertEqual(order.acorn_buyer_tax_number, "DE123456789")
        self.assertEqual(order.acorn_buyer_tax_name, "Muster GmbH")

    def test_pending_buyer_is_replaced_when_known(self):
        record = self.place(status=PENDING, buyer=Buyer(), recipient=None)
        self.drain()
        self.assertIn("Dummy US", self.sale(record).partner_id.name)
        self.world.change(record.ref, buyer=Buyer("Eve", "eve@example.com"))
        self.drain()
        self.assertEqual(self.sale(record).partner_id.name, "Eve")
