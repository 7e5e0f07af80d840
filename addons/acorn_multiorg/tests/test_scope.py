from odoo.tests import tagged

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestScope(GroupCase):
    """What a scope reaches, from the moment it is given until it is taken away."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store_shop = cls.make_shop("Store shop", cls.units["store"], ("US", "CA"))
        cls.german_shop = cls.make_shop("German shop", cls.units["de"], ("DE",))
        cls.person = cls.make_person("op", "group_operations")
        cls.north = cls.env.ref("acorn_multiorg.region_north_america")

    def scope(self, **values):
        return self.env["acorn.scope"].create({"user_id": self.person.id, **values})

    def seen(self, model="acorn.shop"):
        """What the person finds in all companies that are open to them."""
        records = self.env[model].with_user(self.person)
        companies = self.person.company_ids.ids
        return records.with_context(allowed_company_ids=companies).search([])

    def test_a_unit_reaches_all_below_it_and_ends_at_once(self):
        scope = self.scope(unit_id=self.units["us"].id)
        self.assertEqual(self.seen(), self.store_shop)
        self.assertEqual(self.seen("acorn.site"), self.store_shop.site_ids)
        scope.unlink()
        self.assertFalse(self.seen())
        self.assertFalse(self.seen("acorn.site"))

    def test_new_shops_sites_and_units_below_are_reached(self):
        self.scope(unit_id=self.units["us"].id)
        shop = self.make_shop("Later", self.units["us"])
        self.assertEqual(self.seen(), self.store_shop | shop)
        site = self.german_shop.site_ids.copy(
            {"shop_id": shop.id, "channel_ref": "another"}
        )
        self.assertIn(site, self.seen("acorn.site"))
        unit = self.make_unit("Second store", "store", self.units["us"], "USD")
        self.assertIn(unit, self.person.company_ids)
        self.assertIn(self.make_shop("Of second store", unit), self.seen())

    def test_a_unit_that_moves_takes_its_shops_along(self):
        self.scope(unit_id=self.units["de"].id)
        self.units["store"].acorn_superior_id = self.units["de"]
        self.assertEqual(self.seen(), self.german_shop | self.store_shop)
        self.units["store"].acorn_superior_id = self.units["us"]
        self.assertEqual(self.seen(), self.german_shop)

    def test_a_shop_that_changes_its_company_leaves_the_scope(self):
        shop = self.make_shop("Mover", self.units["us"], ())
        self.scope(unit_id=self.units["us"].id)
        self.assertIn(shop, self.seen())
        shop.company_id = self.units["de"]
        self.assertNotIn(shop, self.seen())

    def test_a_shop_or_a_site_alone(self):
        self.scope(shop_id=self.german_shop.id)
        site = self.store_shop.site_ids[0]
        self.scope(site_id=site.id)
        self.assertEqual(self.seen(), self.german_shop | self.store_shop)
        self.assertEqual(self.seen("acorn.site"), self.german_shop.site_ids | site)

    def test_only_north_america_is_one_tag(self):
        self.scope(unit_id=self.hq.id, region_ids=self.north.ids)
        sites = self.store_shop.site_ids
        self.assertEqual(
            self.seen("acorn.site") & (sites | self.german_shop.site_ids), sites
        )
        self.assertNotIn(self.german_shop, self.seen())

    def test_a_tag_that_goes_takes_the_site_away_and_one_that_comes_gives_it(self):
        self.scope(unit_id=self.hq.id, region_ids=self.north.ids)
        site = self.store_shop.site_ids[0]
        site.region_ids -= self.north
        self.assertNotIn(site, self.seen("acorn.site"))
        self.german_shop.site_ids.region_ids += self.north
        self.assertIn(self.german_shop, self.seen())

    def test_regions_of_a_scope_may_change(self):
        scope = self.scope(unit_id=self.hq.id, region_ids=self.north.ids)
        scope.region_ids = self.env.ref("acorn_multiorg.region_europe")
        self.assertIn(self.german_shop, self.seen())
        self.assertNotIn(self.store_shop, self.seen())

    def test_archived_scopes_and_people_reach_nothing(self):
        scope = self.scope(unit_id=self.hq.id)
        scope.active = False
        self.assertFalse(self.seen())
        scope.active = True
        self.assertIn(self.store_shop, self.seen())
        self.person.active = False
        self.assertFalse(
            self.person.acorn_shop_ids | self.person.acorn_site_ids.shop_id
        )
        self.person.active = True
        self.assertIn(self.store_shop, self.seen())

    def test_one_of_two_scopes_may_go(self):
        self.scope(unit_id=self.units["us"].id)
        second = self.scope(shop_id=self.store_shop.id)
        second.unlink()
        self.assertEqual(self.seen(), self.store_shop)

    def test_a_scope_may_be_handed_to_somebody_else(self):
        scope = self.scope(unit_id=self.units["us"].id)
        other = self.make_person("other", "group_operations")
        scope.user_id = other
        self.assertFalse(self.seen())
        self.assertEqual(other.acorn_shop_ids, self.store_shop)

    def test_a_copy_of_a_person_has_no_scope(self):
        self.scope(unit_id=self.units["us"].id)
        twin = self.person.copy({"login": "twin", "email": False})
        self.assertFalse(twin.acorn_scope_ids)
        self.assertFalse(twin.acorn_shop_ids)
        self.assertFalse(twin.acorn_site_ids)

    def test_one_new_shop_writes_its_own_rows_only(self):
        self.scope(unit_id=self.units["us"].id)
        self.env.flush_all()
        rows = "SELECT ctid FROM acorn_site_res_users_rel WHERE acorn_site_id = ANY(%s)"
        known = [self.store_shop.site_ids.ids]
        self.env.cr.execute(rows, known)
        before = self.env.cr.fetchall()
        # A row that no scope explains, of another shop: the one shop does not touch it.
        self.env.cr.execute(
            "INSERT INTO acorn_site_res_users_rel (res_users_id, acorn_site_id)"
            " VALUES (%s, %s)",
            [self.person.id, self.german_shop.site_ids.id],
        )
        self.make_shop("Later", self.units["us"])
        self.env.cr.execute(rows, known)
        self.assertEqual(self.env.cr.fetchall(), before)
        self.assertIn(self.german_shop.site_ids, self.person.acorn_site_ids)
        self.env["acorn.scope"]._sync()
        self.assertNotIn(self.german_shop.site_ids, self.person.acorn_site_ids)

    def test_the_words_tell_where_and_how_much(self):
        scope = self.scope(unit_id=self.units["us"].id, region_ids=self.north.ids)
        self.assertEqual(scope.node, "Branch US, only North America")
        self.assertEqual(scope.reach, "Shops: 1, sites: 2")
        mine = scope.with_user(self.person)
        self.assertEqual(mine.node, "Branch US, only North America")

    def test_who_reaches_all_is_not_narrowed_until_there_is_more(self):
        person = self.make_person("all", "group_operations", unit_id=self.hq.id)
        self.assertIsNone(person._acorn_site_ids())
        self.assertIsNone(person._acorn_shop_ids())
        beside = self.env["res.company"].create({"name": "Beside the group"})
        foreign = self.make_shop("Foreign", beside)
        self.assertNotIn(foreign.id, person._acorn_shop_ids())
        self.assertFalse(set(foreign.site_ids.ids) & set(person._acorn_site_ids()))
        foreign.sudo().unlink()
        self.assertIsNone(person._acorn_site_ids())
