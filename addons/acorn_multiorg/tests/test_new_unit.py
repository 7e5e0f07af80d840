"""The wizard makes what its summary says, the right thing, and never half of it."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import GroupCase

SHOP = {"same_entity": "yes", "same_money": "yes", "own_books": "no"}
BRANCH = {"same_entity": "yes", "same_money": "yes", "own_books": "yes"}


@tagged("post_install", "-at_install")
class TestNewUnit(GroupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.make_person(
            "boss", "group_group_manager", unit_id=cls.units["us"].id
        )
        cls.chief = cls.make_person("chief", "group_group_manager", unit_id=cls.hq.id)
        cls.euro = cls.env["res.currency"]._acorn_get("EUR")
        cls.dollar = cls.env["res.currency"]._acorn_get("USD")

    def wizard(self, name, unit, user=None, **answers):
        """Answer the questions as at the screen."""
        form = Form(self.env["acorn.new.unit"].with_user(user or self.env.user))
        form.name = name
        form.unit_id = unit
        for question, answer in answers.items():
            setattr(form, question, answer)
        return form.save()

    def make(self, *args, **answers):
        opened = self.wizard(*args, **answers).action_create_unit()["params"]
        return self.env[opened["model"]].browse(opened["id"])

    def chart(self, installed, code="generic_coa", country=None):
        """Let a country have a chart of which the module is installed, or not."""
        maker = self.env.registry["acorn.new.unit"]
        chart = {
            "name": "A chart",
            "module": "l10n_somewhere",
            "installed": installed,
        }
        return patch.object(maker, "_chart_of", lambda self, country: (code, chart))

    def test_dialog_opens_whichever_company_is_ticked(self):
        for model in ("acorn.new.unit", "acorn.template.shop"):
            wizards = self.env[model].with_user(self.chief)
            wizards = wizards.with_context(allowed_company_ids=self.hq.ids)
            action = wizards._action_open()
            form = Form(wizards.with_context(**action["context"]))
            form.unit_id = self.units["de"]
            self.assertEqual(form.unit_id, self.units["de"], model)

    # === A SHOP === #

    def test_same_books_make_a_shop_with_all_that_keeps_it_apart(self):
        shop = self.make(
            "Berlin Prime", self.units["us"], self.boss, **SHOP, own_people="yes"
        )
        self.assertEqual(shop._name, "acorn.shop")
        self.assertEqual(shop.company_id, self.units["us"])
        plan = self.env.ref("acorn_base.account_analytic_plan_shops")
        self.assertEqual(shop.analytic_account_id.plan_id, plan)
        self.assertEqual(shop.analytic_account_id.company_id, shop.company_id)
        self.assertEqual(shop.team_id.company_id, shop.company_id)
        self.assertEqual(shop.journal_id.type, "general")
        self.assertEqual(shop.journal_id.code, "BERLI")
        self.assertIn(shop, self.boss.acorn_shop_ids)

    def test_a_shop_with_own_people_ships_from_its_own_warehouse(self):
        us = self.units["us"]
        Warehouse = self.env["stock.warehouse"]
        usual = Warehouse.search([("company_id", "=", us.id)], limit=1)
        own = self.make("Own house", us, **SHOP, own_people="yes")
        shared = self.make("Shared house", us, **SHOP, own_people="no")
        self.assertEqual(Warehouse._acorn_own(own).acorn_shop_id, own)
        self.assertEqual(Warehouse._acorn_own(shared), usual)
        own.action_check_connection()
        self.assertEqual(own.site_ids.warehouse_id, Warehouse._acorn_own(own))

    def test_two_shops_of_one_name_have_codes_of_their_own(self):
        first, second = (
            self.make("Twin", self.units["us"], **SHOP, own_people="yes")
            for _time in range(2)
        )
        self.assertNotEqual(first.journal_id.code, second.journal_id.code)
        houses = [self.env["stock.warehouse"]._acorn_own(s) for s in first | second]
        self.assertEqual([house.name for house in houses], ["Twin", "Twin (TWIN1)"])

    def test_orders_of_a_shop_carry_its_analytic_account_and_team(self):
        self.shop._make_books()
        self.shop._make_team()
        order = self.apply()
        account = self.shop.analytic_account_id
        self.assertEqual(
            order.order_line.analytic_distribution, {str(account.id): 100.0}
        )
        self.assertEqual(order.team_id, self.shop.team_id)

    # === A BRANCH === #

    def test_own_books_make_a_branch_company_with_its_warehouse(self):
        us = self.units["us"]
        self.mug.with_company(us).standard_price = 4.5
        self.units["us"].country_id = self.env.ref("base.us")
        branch = self.make("Outlet", us, self.boss, **BRANCH)
        self.assertEqual(branch._name, "res.company")
        self.assertEqual(branch.parent_id, us)
        self.assertEqual(branch.acorn_superior_id, us)
        self.assertEqual(branch.acorn_level, "store")
        self.assertEqual(branch.currency_id, us.currency_id)
        warehouse = [("company_id", "=", branch.id)]
        self.assertEqual(self.env["stock.warehouse"].search_count(warehouse), 1)
        self.assertEqual(self.mug.with_company(branch).standard_price, 4.5)
        self.assertIn(branch, self.boss.company_ids)
        self.assertIn(branch, self.chief.company_ids)

    def test_a_branch_has_the_chart_of_its_root(self):
        self.assertTrue(self.hq.chart_template)
        branch = self.make("Outlet", self.hq, self.chief, **BRANCH)
        self.env.cr.precommit.run()  # where Odoo loads it
        self.assertEqual(branch.chart_template, self.hq.chart_template)
        self.assertEqual(branch.currency_id, self.hq.currency_id)

    def test_odoo_makes_no_warehouse_and_the_wizard_does(self):
        """In tests Odoo makes one of its own; a server does not."""
        with patch("odoo.modules.module.current_test", False):
            branch = self.make("Outlet", self.units["us"], **BRANCH)
        warehouse = [("company_id", "=", branch.id)]
        self.assertEqual(self.env["stock.warehouse"].search(warehouse).name, "Outlet")

    # === A COMPANY OF ITS OWN === #

    def test_another_country_makes_a_company_whose_chart_keeps_the_currency(self):
        self.mug.with_company(self.hq).standard_price = 4
        rate = [("currency_id", "=", self.euro.id)]
        self.env["res.currency.rate"].search(rate).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": self.euro.id, "rate": 0.5, "name": "2020-01-01"}
        )
        self.env.ref("base.fr").currency_id = self.euro
        self.assertEqual(self.hq.currency_id, self.dollar)
        with self.chart(installed=True):
            company = self.make(
                "Acorn France",
                self.hq,
                self.chief,
                same_entity="no",
                country_id=self.env.ref("base.fr"),
            )
        self.assertFalse(company.parent_id)
        self.assertEqual(company.acorn_superior_id, self.hq)
        self.assertEqual(company.chart_template, "generic_coa")
        self.assertEqual(company.currency_id, self.euro)
        self.assertTrue(
            self.env["account.account"].search_count(
                [("company_ids", "in", company.ids)]
            )
        )
        self.assertEqual(self.mug.with_company(company).standard_price, 2)

    def test_no_app_is_installed_while_a_company_is_made(self):
        """Odoo would install the country's apps, and commit what is half made."""
        modes = []
        companies = self.env.registry["res.company"]
        watched = patch.object(
            companies,
            "install_l10n_modules",
            lambda self: modes.append(self.env.context.get("install_mode")),
        )
        france = self.env.ref("base.fr")
        with watched, self.chart(installed=True):
            self.make("Acorn France", self.hq, same_entity="no", country_id=france)
        self.assertEqual(set(modes), {True})

    def test_germany_has_its_own_chart_or_is_told_which_app_is_missing(self):
        module = self.env.ref("base.module_l10n_de")
        answers = {"same_entity": "no", "country_id": self.env.ref("base.de")}
        wizard = self.wizard("Acorn Germany", self.hq, **answers)
        if module.state == "installed":
            company = self.make("Acorn Germany 2", self.hq, **answers)
            self.assertEqual(company.chart_template, "de_skr03")
            self.assertEqual(company.currency_id, self.euro)
            return
        self.assertIn("l10n_de", wizard.problem)
        with self.assertRaisesRegex(UserError, "l10n_de"):
            wizard.action_create_unit()
        self.assertEqual(module.state, "uninstalled")

    def test_a_chart_that_is_missing_is_found_before_anything_is_made(self):
        companies = self.env["res.company"].search_count([])
        with (
            self.chart(installed=False),
            patch.object(
                self.env.registry["acorn.new.unit"], "_problem", lambda self: False
            ),
            self.assertRaisesRegex(UserError, "l10n_somewhere"),
        ):
            self.make(
                "Half made",
                self.hq,
                same_entity="no",
                country_id=self.env.ref("base.fr"),
            )
        self.assertEqual(self.env["res.company"].search_count([]), companies)

    # === WHAT IT SAYS === #

    def test_the_summary_says_why_what_and_what_is_for_ever(self):
        wizard = self.wizard("Outlet", self.units["us"], **BRANCH)
        self.assertEqual(wizard.kind, "branch")
        for words in (
            "A branch company",
            "Company Outlet, a store below Branch US",
            "Warehouse Outlet",
            "branch of Branch US for ever",
            "Currency, chart of accounts and fiscal year",
        ):
            self.assertIn(words, wizard.summary)

    def test_nothing_is_made_before_all_is_answered(self):
        wizard = self.wizard("Outlet", self.units["us"], same_entity="yes")
        self.assertFalse(wizard.kind or wizard.summary)
        with self.assertRaisesRegex(UserError, "no answer yet"):
            wizard.action_create_unit()

    def test_an_answer_that_changed_changes_what_is_made(self):
        wizard = self.wizard("Outlet", self.units["us"], **BRANCH)
        with Form(wizard) as form:
            form.same_entity = "no"
            form.country_id = self.env.ref("base.us")
        self.assertEqual(wizard.kind, "company")

    def test_a_company_without_a_level_becomes_the_headquarters(self):
        fresh = self.make_unit("Fresh", False, self.hq.browse(), "USD")
        wizard = self.wizard("First", fresh, **BRANCH)
        self.assertIn("Fresh becomes a headquarters", wizard.summary)
        wizard.action_create_unit()
        self.assertEqual(fresh.acorn_level, "headquarters")

    def test_a_name_that_is_taken_is_said_at_once(self):
        wizard = self.wizard("Branch DE", self.hq, **BRANCH)
        self.assertIn("already", wizard.problem)

    def test_below_a_store_there_is_no_company(self):
        wizard = self.wizard("Deep", self.units["store"], **BRANCH)
        self.assertIn("is a store", wizard.problem)

    # === WHO === #

    def test_a_group_manager_makes_units_below_the_own_ones_only(self):
        wizard = self.wizard("Mine", self.units["us"], self.boss, **BRANCH)
        self.assertEqual(wizard.allowed_ids, self.units["us"] | self.units["store"])
        wizard.unit_id = self.units["de"]
        with self.assertRaisesRegex(AccessError, "below your own"):
            wizard.action_create_unit()

    def test_a_scope_of_some_regions_only_makes_no_unit(self):
        self.boss.acorn_scope_ids.region_ids = self.env["acorn.region"].create(
            {"name": "Moon"}
        )
        with self.assertRaisesRegex(AccessError, "below your own"):
            self.wizard(
                "Mine", self.units["us"], self.boss, **BRANCH
            ).action_create_unit()

    def test_a_shop_manager_makes_no_unit(self):
        person = self.make_person(
            "sm", "group_shop_manager", unit_id=self.units["us"].id
        )
        self.assertFalse(
            self.env["acorn.new.unit"].with_user(person).has_access("create")
        )
