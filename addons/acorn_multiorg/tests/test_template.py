from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestTemplate(GroupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.make_shop("Model", cls.units["us"])
        cls.model.write({"interval": 30, "guard_factor": 7, "quiet_hours": 5})
        cls.boss = cls.make_person("boss", "group_group_manager", unit_id=cls.hq.id)
        cls.us_boss = cls.make_person(
            "us_boss", "group_group_manager", unit_id=cls.units["us"].id
        )
        cls.manager = cls.make_person(
            "manager", "group_shop_manager", unit_id=cls.units["us"].id
        )
        cls.template = cls.template_of(cls.boss)

    @classmethod
    def template_of(cls, person):
        shop = cls.as_person(person, cls.model)
        action = shop.action_acorn_make_template()
        return cls.env["acorn.shop.template"].browse(action["res_id"])

    @classmethod
    def as_person(cls, person, records):
        companies = person.company_ids.ids
        return records.with_user(person).with_context(allowed_company_ids=companies)

    def new_shop(self, name="New", person=None, unit="store"):
        template = self.as_person(person or self.manager, self.template)
        wizard = template.env["acorn.template.shop"].create(
            {
                "template_id": template.id,
                "name": name,
                "unit_id": self.units[unit].id,
                "channel": "dummy",
            }
        )
        return self.env["acorn.shop"].browse(wizard.action_make()["res_id"])

    def line(self, name):
        return self.template.line_ids.filtered(lambda line: line.name == name)

    def drift(self, shops):
        self.env.flush_all()
        return self.env["acorn.drift"].search([("shop_id", "in", shops.ids)])

    # === MADE FROM A TEMPLATE, AND IT FROM A SHOP === #

    def test_a_template_says_what_the_shop_has_that_it_was_made_from(self):
        self.assertEqual(self.template.name, "Model")
        self.assertEqual(self.template.unit_id, self.units["us"])
        self.assertEqual(self.template._values()["guard_factor"], 7)
        self.assertEqual(self.line("interval").text, "30")

    def test_a_shop_manager_makes_a_shop_with_the_template_s_settings_in_one_step(self):
        shop = self.new_shop()
        self.assertEqual(shop.company_id, self.units["store"])
        self.assertEqual(
            (shop.interval, shop.guard_factor, shop.quiet_hours), (30, 7, 5)
        )
        self.assertFalse(self.drift(shop))

    def test_what_a_shop_has_from_a_template_stays_when_its_unit_is_set_otherwise(self):
        shop = self.new_shop()
        Setting = self.as_person(self.boss, self.env["acorn.setting"])
        Setting._set(self.units["us"], "interval", 99)
        self.assertEqual(shop.interval, 30)

    def test_the_form_proposes_the_only_unit_that_fits(self):
        wizard = self.as_person(self.manager, self.env["acorn.template.shop"])
        with Form(wizard) as form:
            form.name = "Proposed"
            form.template_id = self.as_person(self.manager, self.template)
            self.assertEqual(form.unit_id.id, self.units["us"].id)

    def test_no_shop_is_made_outside_of_scope_or_of_the_template_s_units(self):
        for unit in ("de", "hq"):
            with self.assertRaisesRegex(UserError, "in your scope"):
                self.new_shop(unit=unit)
            with self.assertRaisesRegex(UserError, "template is for"):
                self.new_shop(unit=unit, person=self.boss)

    # === APPLIED TO MANY, WITH A PREVIEW === #

    def test_a_changed_template_shows_per_shop_what_becomes_what_before_it_does(self):
        shops = self.new_shop("One") | self.new_shop("Two")
        self.as_person(self.boss, self.line("interval")).content = {"value": 45}
        template = self.as_person(self.boss, self.template)
        apply = template.env["acorn.template.apply"].browse(
            template.action_apply()["res_id"]
        )
        self.assertEqual(
            [
                (line.shop_id.name, line.name, line.old, line.new)
                for line in apply.line_ids
            ],
            [("One", "interval", "30", "45"), ("Two", "interval", "30", "45")],
        )
        self.assertEqual(shops.mapped("interval"), [30, 30])
        apply.line_ids.filtered(lambda line: line.shop_id.name == "Two").chosen = False
        apply.action_apply()
        self.assertEqual(shops.mapped("interval"), [45, 30])
        self.assertEqual(self.drift(shops).shop_id, shops[1])

    def test_what_belongs_to_another_company_is_left_out_and_is_no_difference(self):
        team = self.env["crm.team"].create(
            {"name": "US only", "company_id": self.units["us"].id}
        )
        self.line("team_id").content = {"value": team.id}
        shop = self.new_shop()
        self.assertNotEqual(shop.team_id, team)
        self.assertNotIn("team_id", self.drift(shop).mapped("name"))
        apply = self.env["acorn.template.apply"]._of(self.template, shop)
        line = apply.line_ids.filtered(lambda line: line.name == "team_id")
        self.assertTrue(line.problem)
        self.assertFalse(line.chosen)

    # === DRIFT === #

    def test_the_report_tells_where_a_shop_differs_and_since_when(self):
        shop = self.new_shop()
        then = fields.Datetime.now().replace(microsecond=0) - timedelta(days=3)
        with freeze_time(then):
            self.as_person(self.manager, shop).interval = 60
            self.env.flush_all()
        self.as_person(self.manager, shop).guard_factor = 8
        by_name = {line.name: line for line in self.drift(shop)}
        self.assertEqual(set(by_name), {"interval", "guard_factor"})
        line = by_name["interval"]
        self.assertEqual((line.shop_text, line.template_text), ("60", "30"))
        self.assertEqual(line.since, then)
        self.assertGreater(by_name["guard_factor"].since, then)

    def test_a_template_that_changes_makes_its_shops_differ_from_then_on(self):
        shop = self.new_shop()
        then = fields.Datetime.now().replace(microsecond=0) - timedelta(days=2)
        with freeze_time(then):
            self.line("interval").content = {"value": 45}
            self.env.flush_all()
        self.assertEqual(self.drift(shop).since, then)
        self.line("interval").content = {"value": 30}
        self.assertFalse(self.drift(shop))

    def test_a_renamed_stage_is_a_difference(self):
        shop = self.new_shop()
        self.as_person(self.manager, shop).stage_ids[0].name = "Else"
        self.assertEqual(self.drift(shop).name, "stage_ids")

    def test_chosen_lines_get_again_what_the_template_says(self):
        shop = self.new_shop()
        self.as_person(self.manager, shop).write({"interval": 60, "guard_factor": 8})
        line = self.drift(shop).filtered(lambda line: line.name == "interval")
        self.as_person(self.manager, line).action_apply()
        self.assertEqual((shop.interval, shop.guard_factor), (30, 8))
        self.assertEqual(self.drift(shop).name, "guard_factor")

    def test_each_sees_the_differences_of_the_own_shops_only(self):
        self.new_shop().interval = 60
        other = self.make_person(
            "other", "group_shop_manager", unit_id=self.units["de"].id
        )
        self.env.flush_all()
        Drift = self.env["acorn.drift"]
        self.assertTrue(self.as_person(self.manager, Drift).search([]))
        self.assertFalse(self.as_person(other, Drift).search([]))

    # === WHO === #

    def test_shop_managers_use_templates_and_do_not_change_them(self):
        template = self.as_person(self.manager, self.template)
        self.assertTrue(template.name)
        with self.assertRaises(AccessError):
            template.name = "Mine"
        with self.assertRaises(AccessError):
            template.line_ids[0].content = {"value": 1}

    def test_templates_for_everywhere_are_kept_at_headquarters(self):
        self.as_person(self.boss, self.template).unit_id = False
        with self.assertRaisesRegex(AccessError, "headquarters"):
            self.as_person(self.us_boss, self.template).name = "Ours"
        with self.assertRaisesRegex(AccessError, "headquarters"):
            self.as_person(self.us_boss, self.line("interval")).content = {"value": 1}

    def test_a_template_is_for_its_unit_and_those_below(self):
        german = self.make_shop("German", self.units["de"])
        with self.assertRaisesRegex(ValidationError, "units below"):
            german.acorn_template_id = self.template
        other = self.make_person(
            "other", "group_shop_manager", unit_id=self.units["de"].id
        )
        seen = other.with_user(other).env["acorn.shop.template"]
        seen = seen.with_context(allowed_company_ids=self.units["de"].ids)
        self.assertNotIn(self.template, seen.search([]))
        store = seen.with_user(self.manager)
        store = store.with_context(allowed_company_ids=self.units["store"].ids)
        self.assertIn(self.template, store.search([]))

    def test_a_value_that_cannot_be_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "cannot be"):
            self.line("interval").content = {"value": "often"}

    def test_a_value_is_changed_in_the_dialog_of_settings_and_kept_in_the_chatter(self):
        line = self.as_person(self.boss, self.line("interval"))
        edit = line.env["acorn.setting.edit"].browse(line.action_edit()["res_id"])
        self.assertEqual(edit.number, 30)
        edit.number = 40
        edit.action_set()
        self.assertEqual(line.text, "40")
        self.assertIn("30 → 40", self.template.message_ids[0].body)
