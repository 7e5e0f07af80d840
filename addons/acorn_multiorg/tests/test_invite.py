from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestInvite(MockEmail, GroupCase):
    """A new employee gets an e-mail, one scope and the least role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop_de = cls.make_shop("German shop", cls.units["de"], ("DE",))
        cls.manager = cls.make_person(
            "gm", "group_group_manager", unit_id=cls.units["us"].id
        )
        cls.manager.email = "gm@example.com"
        cls.admin = cls.make_person("admin2", "group_administrator")
        cls.admin.email = "admin2@example.com"
        cls.roles = cls.env["res.groups"].search(
            [
                (
                    "privilege_id",
                    "=",
                    cls.env.ref("acorn_multiorg.res_groups_privilege_role").id,
                )
            ]
        )

    def invite(self, by, **values):
        values = {"name": "Mei", "email": "Mei@Example.com", **values}
        if not values.keys() & {"unit_id", "shop_id", "site_id"}:
            values["unit_id"] = self.units["store"].id
        with self.mock_mail_gateway():
            self.env["acorn.invite"].with_user(by).create(values).action_invite()
        return self.env["res.users"].search([("login", "=", "mei@example.com")])

    def assert_refused(self, error, words, by, **values):
        known = self.env["res.users"].search_count([])
        with self.assertRaisesRegex(error, words), self.cr.savepoint():
            self.invite(by, **values)
        self.assertFalse(self._mails)
        self.assertEqual(self.env["res.users"].search_count([]), known)

    def test_a_group_manager_invites_into_the_own_units(self):
        user = self.invite(self.manager)
        self.assertEqual(user.acorn_scope_ids.unit_id, self.units["store"])
        self.assertEqual(user.company_ids, self.units["store"])
        self.assertEqual(user.company_id, self.units["store"])
        service = self.env.ref("acorn_multiorg.group_service")
        self.assertEqual(user.all_group_ids & self.roles, service)

    def test_odoos_own_letter_asks_for_a_password(self):
        user = self.invite(self.manager)
        [mail] = self._mails
        self.assertIn("mei@example.com", mail["email_to"][0])
        self.assertIn("/web/signup", mail["body"])
        self.assertEqual(user.state, "new")

    def test_the_default_role_has_the_fewest_rights_to_change(self):
        def changes(role):
            groups = self.env.ref(f"acorn_multiorg.group_{role}").all_implied_ids
            rights = self.env["ir.model.access"].search(
                [("group_id", "in", groups.ids)]
            )
            return {
                (right.model_id.model, name)
                for right in rights
                for name in ("perm_write", "perm_create", "perm_unlink")
                if right[name] and not right.model_id.transient
            }

        default = self.env["acorn.invite"].default_get(["role"])["role"]
        rights = {role: len(changes(role)) for role in ("service", "warehouse")}
        self.assertEqual(default, min(rights, key=rights.get))

    def test_the_place_is_within_the_own_scope(self):
        self.assert_refused(
            AccessError, "Not yours", self.manager, unit_id=self.units["de"].id
        )

    def test_a_group_manager_gives_no_higher_role(self):
        self.assert_refused(AccessError, "administrator", self.manager, role="finance")
        user = self.invite(self.admin, role="finance")
        finance = self.env.ref("acorn_multiorg.group_finance")
        self.assertEqual(user.all_group_ids & self.roles, finance)

    def test_a_region_and_its_companies_only(self):
        latin = self.env.ref("acorn_multiorg.region_latin_america")
        shop = self.make_shop("Brazil", self.units["de"], ("BR",))
        user = self.invite(self.admin, unit_id=self.hq.id, region_ids=latin.ids)
        self.assertEqual(user.company_ids, self.units["de"])
        self.assertEqual(user.company_id, self.units["de"])
        self.assertEqual(user.acorn_shop_ids, shop)

    def test_an_address_that_is_known_or_none_is_refused(self):
        self.assert_refused(
            UserError, "account with gm@", self.manager, email="GM@example.com"
        )
        self.manager.active = False
        self.assert_refused(
            UserError, "account with gm@", self.admin, email="gm@example.com"
        )
        self.assert_refused(UserError, "not an e-mail", self.admin, email="nobody")

    def test_a_place_is_needed(self):
        self.assert_refused(UserError, "Choose where", self.admin, unit_id=False)

    def test_two_places_are_one_too_many(self):
        both = {"unit_id": self.hq.id, "shop_id": self.shop_de.id}
        self.assert_refused(
            Exception, "one unit, one shop or one site|node", self.admin, **both
        )

    def test_others_invite_nobody_and_group_managers_make_no_accounts(self):
        person = self.make_person("sm", "group_shop_manager", unit_id=self.hq.id)
        self.assert_refused(AccessError, "", person)
        users = self.env["res.users"].with_user(self.manager)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            users.create({"name": "Own", "login": "own"})

    def test_the_language_of_the_letter(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.assertEqual(self.invite(self.manager, lang="de_DE").lang, "de_DE")


@tagged("post_install", "-at_install")
class TestInstallation(GroupCase):
    """Who worked here before goes on seeing the shops of the own companies."""

    def test_people_of_before_get_a_scope_at_the_top_of_their_companies(self):
        from ..hooks import post_init_hook

        worker = self.make_person("worker", "group_operations")
        german = self.make_person("german", "group_warehouse")
        german.write(
            {
                "company_id": self.units["de"].id,
                "company_ids": [(6, 0, self.units["de"].ids)],
            }
        )
        nobody = self.make_person("nobody")
        admin = self.make_person("boss", "group_administrator")
        post_init_hook(self.env)
        self.assertEqual(worker.acorn_scope_ids.unit_id, self.hq)
        self.assertEqual(german.acorn_scope_ids.unit_id, self.units["de"])
        self.assertFalse((nobody | admin).acorn_scope_ids)

    def test_regions_come_with_their_countries_and_tag_new_sites(self):
        shop = self.make_shop("World", self.hq, ("US", "CA", "GB", "JP", "AE", "BR"))
        names = [site.region_ids.mapped("name") for site in shop.site_ids.sorted("id")]
        self.assertEqual(
            names,
            [
                ["North America"],
                ["North America"],
                ["Europe"],
                ["Asia-Pacific"],
                ["Middle East and Africa"],
                ["Latin America"],
            ],
        )

    def test_tags_that_people_set_stay(self):
        own = self.env["acorn.region"].create({"name": "Own"})
        shop = self.make_shop("Set", self.hq, ("US",))
        tagged_site = shop.site_ids.copy({"channel_ref": "b", "region_ids": own.ids})
        self.assertEqual(tagged_site.region_ids, own)
        bare = shop.site_ids[0].copy({"channel_ref": "c", "region_ids": False})
        self.assertFalse(bare.region_ids)

    def test_a_region_that_people_named_so_before_is_adopted(self):
        from ..hooks import pre_init_hook

        ours = self.env.ref("acorn_multiorg.region_europe")
        self.env["ir.model.data"].search(
            [("module", "=", "acorn_multiorg"), ("name", "=", "region_europe")]
        ).unlink()
        pre_init_hook(self.env)
        self.assertEqual(self.env.ref("acorn_multiorg.region_europe"), ours)
