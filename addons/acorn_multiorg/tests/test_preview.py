from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestPreview(GroupCase):
    """What the access preview shows is what the person sees, and why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop_us = cls.make_shop("US shop", cls.units["us"])
        cls.shop_de = cls.make_shop("German shop", cls.units["de"], ("DE",))
        make = cls.make_person
        cls.operator = make("op", "group_operations", unit_id=cls.units["us"].id)
        cls.manager = make("gm", "group_group_manager", unit_id=cls.units["us"].id)
        cls.foreign = make("fo", "group_operations", unit_id=cls.units["de"].id)
        cls.admin = make("ad", "group_administrator")

    def look(self, viewer, person):
        Preview = self.env["acorn.preview"].with_user(viewer)
        return Preview.create({"user_id": person.id})

    def line(self, preview, model):
        return preview.line_ids.filtered(lambda line: line.model == model)

    def test_it_counts_what_the_person_sees_and_says_why(self):
        preview = self.look(self.admin, self.operator)
        shops = self.line(preview, "acorn.shop")
        self.assertEqual(shops.count_shown, "1")
        self.assertEqual(shops.sample, "US shop")
        self.assertTrue(shops.reads)
        self.assertFalse(shops.deletes)
        self.assertIn("Read: Shops / User", shops.groups_shown)
        scope = self.env.ref("acorn_multiorg.acorn_shop_rule_scope")
        rule = shops.rule_ids.filtered(lambda each: each.rule_id == scope)
        self.assertIn(str(self.shop_us.id), rule.domain_shown)
        self.assertEqual(rule.name, scope.name)
        self.assertFalse(self.line(preview, "acorn.audit").reads)
        self.assertIn("Branch US", preview.scope_names)
        self.assertIn("Operations", preview.role_names)
        self.assertIn("Acorn / ", preview.menus)
        self.assertNotIn("Access Preview", preview.menus)

    def test_a_rule_that_changes_changes_the_preview(self):
        preview = self.look(self.admin, self.operator)
        self.assertEqual(self.line(preview, "acorn.shop").count_shown, "1")
        rule = self.env.ref("acorn_multiorg.acorn_shop_rule_scope")
        rule.domain_force = [("id", "=", -1)]
        preview.action_look()
        shops = self.line(preview, "acorn.shop")
        self.assertEqual(shops.count_shown, "0")
        self.assertFalse(shops.sample)
        shown = shops.rule_ids.filtered(lambda each: each.rule_id == rule)
        self.assertIn("-1", shown.domain_shown)

    def test_a_group_manager_looks_at_people_below_only(self):
        preview = self.look(self.manager, self.operator)
        self.assertIn(self.operator, preview.choice_ids)
        self.assertNotIn(self.foreign, preview.choice_ids)
        for person in (self.foreign, self.admin):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.look(self.manager, person)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            preview.user_id = self.foreign
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.look(self.operator, self.operator)

    def test_a_group_manager_learns_no_names_that_are_closed_to_them(self):
        self.env["res.partner"].create({"name": "Buyer of nobody"})
        secret = self.env["res.partner"].create(
            {"name": "Secret of the operator", "company_id": self.units["de"].id}
        )
        self.operator.company_ids += self.units["de"]
        self.manager.company_ids -= self.units["de"]
        seen = self.line(self.look(self.admin, self.operator), "res.partner").sample
        self.assertIn(secret.name, seen)
        seen = self.line(self.look(self.manager, self.operator), "res.partner").sample
        self.assertNotIn(secret.name, seen)
        self.assertIn("Buyer of nobody", seen)

    def test_a_preview_is_read_by_whoever_made_it(self):
        preview = self.look(self.admin, self.operator)
        other = preview.with_user(self.manager)
        for record in (other, other.line_ids, other.line_ids.rule_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.manager).check_access("read")

    def test_it_opens_from_the_person(self):
        action = self.operator.with_user(self.admin).action_acorn_preview()
        preview = self.env["acorn.preview"].browse(action["res_id"])
        self.assertEqual(preview.user_id, self.operator)
