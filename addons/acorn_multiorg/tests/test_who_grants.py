from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestWhoGrants(GroupCase):
    """Group managers grant within their own scopes, administrators everywhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop_us = cls.make_shop("US shop", cls.units["us"])
        cls.shop_de = cls.make_shop("German shop", cls.units["de"], ("DE",))
        cls.manager = cls.make_person(
            "gm", "group_group_manager", unit_id=cls.units["us"].id
        )
        cls.admin = cls.make_person("admin2", "group_administrator")
        cls.person = cls.make_person("op", "group_operations")
        cls.north = cls.env.ref("acorn_multiorg.region_north_america")

    def grant(self, by, to=None, **node):
        scopes = self.env["acorn.scope"].with_user(by)
        return scopes.create({"user_id": (to or self.person).id, **node})

    def assert_refused(self, *args, **kwargs):
        with self.assertRaisesRegex(AccessError, "Not yours to give or take"):
            self.grant(*args, **kwargs)

    def test_within_the_own_unit_and_below(self):
        for node in (
            {"unit_id": self.units["us"].id},
            {"unit_id": self.units["store"].id},
            {"shop_id": self.shop_us.id},
            {"site_id": self.shop_us.site_ids.id},
        ):
            scope = self.grant(self.manager, **node)
            self.assertTrue(scope.may_grant)
            scope.region_ids = self.north
            scope.unlink()

    def test_neither_above_nor_beside(self):
        self.assert_refused(self.manager, unit_id=self.hq.id)
        self.assert_refused(self.manager, unit_id=self.units["de"].id)
        self.assert_refused(self.manager, shop_id=self.shop_de.id)
        self.assert_refused(self.manager, site_id=self.shop_de.site_ids.id)

    def test_nobody_widens_what_is_the_own(self):
        to_self = {"by": self.manager, "to": self.manager}
        for node in ({"unit_id": self.hq.id}, {"shop_id": self.shop_de.id}):
            with self.assertRaises(AccessError):
                self.grant(**to_self, **node)
        self.manager.acorn_scope_ids.region_ids = self.north
        mine = self.manager.acorn_scope_ids.with_user(self.manager)
        for values in (
            {"region_ids": [Command.clear()]},
            {"unit_id": self.hq.id},
            {"unit_id": False, "shop_id": self.shop_de.id},
        ):
            with self.assertRaises(AccessError):
                mine.write(values)
        self.grant(
            **to_self,
            unit_id=self.units["store"].id,
            region_ids=[Command.set(self.north.ids)],
        )

    def test_a_scope_cannot_be_moved_out_of_or_into_the_own(self):
        mine = self.grant(self.manager, unit_id=self.units["store"].id)
        with self.assertRaisesRegex(AccessError, "Not yours"):
            mine.unit_id = self.hq
        self.env.invalidate_all()
        other = self.grant(self.admin, unit_id=self.units["de"].id)
        theirs = other.with_user(self.manager)
        with self.assertRaisesRegex(AccessError, "Not yours"):
            theirs.unit_id = self.units["us"]
        with self.assertRaisesRegex(AccessError, "Not yours"):
            theirs.unlink()

    def test_a_manager_of_a_region_grants_no_other_region(self):
        self.manager.acorn_scope_ids.region_ids = self.north
        node = {"unit_id": self.units["us"].id}
        self.assert_refused(self.manager, **node)
        europe = self.env.ref("acorn_multiorg.region_europe")
        both = [Command.set((self.north | europe).ids)]
        self.assert_refused(self.manager, **node, region_ids=both)
        self.grant(self.manager, **node, region_ids=[Command.set(self.north.ids)])

    def test_never_for_an_administrator(self):
        self.assert_refused(self.manager, to=self.admin, unit_id=self.units["us"].id)
        of_odoo = new_test_user(self.env, "settings", "base.group_system")
        self.assert_refused(self.manager, to=of_odoo, unit_id=self.units["us"].id)

    def test_roles_are_out_of_reach(self):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
            self.person.with_user(self.manager).group_ids += self.env.ref(
                "acorn_multiorg.group_finance"
            )

    def test_administrators_grant_everywhere(self):
        self.grant(self.admin, unit_id=self.hq.id).unlink()
        self.grant(self.admin, to=self.manager, shop_id=self.shop_de.id)

    def test_others_see_their_own_scopes_and_change_none(self):
        mine = self.grant(self.admin, unit_id=self.units["us"].id)
        for role in ("group_shop_manager", "group_finance", "group_service"):
            self.person.group_ids = self.env.ref(f"acorn_multiorg.{role}")
            scopes = self.env["acorn.scope"].with_user(self.person)
            self.assertEqual(scopes.search([]), mine)
            with self.assertRaises(AccessError):
                self.grant(self.person, unit_id=self.units["us"].id)
            with self.assertRaises(AccessError):
                mine.with_user(self.person).unlink()

    def test_a_group_manager_sees_the_scopes_within_the_own(self):
        near = self.grant(self.admin, unit_id=self.units["store"].id)
        far = self.grant(self.admin, unit_id=self.units["de"].id)
        scopes = self.env["acorn.scope"].with_user(self.manager)
        seen = scopes.search([("user_id", "in", (self.person | self.manager).ids)])
        self.assertEqual(seen, near | self.manager.acorn_scope_ids)
        self.assertNotIn(far, seen)

    def test_a_manager_without_scope_grants_nothing(self):
        self.manager.acorn_scope_ids.unlink()
        self.assert_refused(self.manager, shop_id=self.shop_us.id)

    def test_who_works_with_a_shop_is_written_by_no_hand(self):
        manager = self.make_person("sm", "group_shop_manager", shop_id=self.shop_us.id)
        mine = self.shop_us.with_user(manager).with_company(self.units["us"])
        with self.assertRaises(AccessError):
            mine.user_ids = self.person
        with self.assertRaises(AccessError):
            mine.site_ids.user_ids = self.person
        with self.assertRaises(AccessError):
            self.person.with_user(self.admin).acorn_shop_ids = self.shop_us

    def test_portal_users_have_no_scope(self):
        guest = new_test_user(self.env, "guest", "base.group_portal")
        with self.assertRaisesRegex(ValidationError, "portal user"):
            self.grant(self.admin, to=guest, unit_id=self.hq.id)

    def test_a_region_that_limits_a_scope_cannot_be_deleted(self):
        self.grant(
            self.admin, unit_id=self.hq.id, region_ids=[Command.set(self.north.ids)]
        )
        with self.assertRaisesRegex(Exception, "limited to this region"):
            self.north.unlink()
