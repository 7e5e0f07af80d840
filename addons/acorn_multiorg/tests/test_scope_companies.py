from odoo.fields import Command
from odoo.tests import tagged

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestScopeCompanies(GroupCase):
    """Companies come with scopes and go with them; those given by hand stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop_us = cls.make_shop("US shop", cls.units["us"])
        cls.shop_de = cls.make_shop("German shop", cls.units["de"], ("DE",))
        cls.person = cls.make_person("op", "group_operations")
        cls.person.company_ids = cls.hq

    def scope(self, **values):
        return self.env["acorn.scope"].create({"user_id": self.person.id, **values})

    def assert_in(self, *names):
        units = self.env["res.company"].union(*(self.units[name] for name in names))
        self.assertEqual(self.person.company_ids, units)

    def test_a_unit_gives_its_company_and_those_below(self):
        scope = self.scope(unit_id=self.units["us"].id)
        self.assert_in("hq", "us", "store")
        self.assertTrue(self.person.has_group("base.group_multi_company"))
        scope.unlink()
        self.assert_in("hq")

    def test_a_shop_gives_its_company(self):
        self.scope(shop_id=self.shop_de.id)
        self.assert_in("hq", "de")

    def test_regions_give_companies_that_sell_there_only(self):
        europe = self.env.ref("acorn_multiorg.region_europe")
        self.scope(unit_id=self.hq.id, region_ids=europe.ids)
        self.assert_in("hq", "de")
        self.shop_us.site_ids.region_ids += europe
        self.assert_in("hq", "de", "us")

    def test_what_was_given_by_hand_stays(self):
        self.person.company_ids += self.units["us"]
        scope = self.scope(unit_id=self.units["us"].id)
        self.assert_in("hq", "us", "store")
        scope.unlink()
        self.assert_in("hq", "us")

    def test_a_new_unit_comes_to_those_above_it(self):
        self.scope(unit_id=self.units["de"].id)
        unit = self.make_unit("Munich", "store", self.units["de"], "EUR")
        self.make_unit("Elsewhere", "store", self.units["us"], "USD")
        self.assertEqual(self.person.company_ids, self.hq + self.units["de"] + unit)

    def test_a_unit_that_moves_away_goes(self):
        self.scope(unit_id=self.units["us"].id)
        self.units["store"].acorn_superior_id = self.units["de"]
        self.assert_in("hq", "us")

    def test_a_shop_that_is_deleted_takes_its_company_along(self):
        self.scope(shop_id=self.shop_de.id)
        self.shop_de.unlink()
        self.assert_in("hq")

    def test_the_main_company_changes_to_one_that_is_left(self):
        scope = self.scope(unit_id=self.units["us"].id)
        self.person.company_id = self.units["us"]
        scope.unlink()
        self.assertEqual(self.person.company_id, self.hq)
        self.assert_in("hq")

    def test_the_last_company_stays_until_there_is_another(self):
        scope = self.scope(shop_id=self.shop_us.id)
        self.person.write(
            {
                "company_id": self.units["us"].id,
                "company_ids": [Command.set(self.units["us"].ids)],
            }
        )
        scope.unlink()
        self.assert_in("us")
        self.scope(shop_id=self.shop_de.id)
        self.assert_in("de")
        self.assertEqual(self.person.company_id, self.units["de"])

    def test_a_company_taken_by_hand_comes_back_as_long_as_the_scope_is_there(self):
        self.scope(shop_id=self.shop_de.id)
        self.person.company_ids -= self.units["de"]
        self.assert_in("hq", "de")
