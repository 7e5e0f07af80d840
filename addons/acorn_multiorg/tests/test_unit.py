"""The tree of units: what it may look like, and who sees which part of it."""

from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestUnitRules(GroupCase):
    def test_a_unit_is_never_below_itself(self):
        us = self.units["us"]
        with self.assertRaisesRegex(ValidationError, "below itself"):
            us.acorn_superior_id = us

    def test_two_units_are_never_below_each_other(self):
        us, store = self.units["us"], self.units["store"]
        with self.assertRaisesRegex(ValidationError, "below itself"):
            us.acorn_superior_id = store

    def test_nothing_is_above_a_headquarters(self):
        holding = self.make_unit("Holding", "headquarters", self.hq.browse(), "USD")
        with self.assertRaisesRegex(ValidationError, "nothing is above it"):
            self.hq.acorn_superior_id = holding

    def test_a_branch_is_below_a_headquarters_only(self):
        with self.assertRaisesRegex(ValidationError, "never four"):
            self.units["de"].acorn_superior_id = self.units["us"]

    def test_nothing_is_below_a_store(self):
        with self.assertRaisesRegex(ValidationError, "nothing is below a store"):
            self.make_unit("Too deep", "store", self.units["store"], "USD")

    def test_a_branch_over_stores_does_not_become_a_store(self):
        with self.assertRaisesRegex(ValidationError, "nothing is below a store"):
            self.units["us"].acorn_level = "store"

    def test_a_headquarters_over_branches_does_not_become_a_branch(self):
        above = self.make_unit("Holding", "headquarters", self.hq.browse(), "USD")
        with self.assertRaisesRegex(ValidationError, "never four"):
            self.hq.write({"acorn_level": "branch", "acorn_superior_id": above.id})

    def test_a_company_outside_the_tree_has_nothing_above(self):
        with self.assertRaisesRegex(ValidationError, "outside the tree"):
            self.make_unit("Stray", False, self.hq, "USD")

    def test_a_unit_moves_and_its_stores_with_it(self):
        holding = self.make_unit("Holding", "headquarters", self.hq.browse(), "USD")
        self.units["us"].acorn_superior_id = holding
        self.assertIn(self.units["store"], holding._acorn_below())
        self.assertNotIn(self.units["store"], self.hq._acorn_below())

    def test_a_unit_with_shops_does_not_leave_the_tree(self):
        store = self.units["store"]
        self.make_shop("Left behind", store)
        with self.assertRaisesRegex(UserError, "Left behind"):
            store.write({"acorn_level": False, "acorn_superior_id": False})

    def test_a_unit_with_a_live_shop_is_archived_when_the_shop_is_paused(self):
        store = self.units["store"]
        shop = self.make_shop("Busy", store)
        shop.sudo().state = "live"
        with self.assertRaisesRegex(UserError, "Busy.*Pause"):
            store.active = False
        shop.action_pause()
        store.active = False
        self.assertFalse(store.active)

    def test_a_unit_is_archived_with_those_below_or_not_at_all(self):
        us, store = self.units["us"], self.units["store"]
        with self.assertRaisesRegex(UserError, "Store would hang"):
            us.active = False
        (us | store).active = False
        self.assertFalse(us.active or store.active)
        with self.assertRaisesRegex(ValidationError, "archived"):
            store.active = True

    def test_a_unit_with_documents_is_archived_and_never_deleted(self):
        store = self.units["store"]
        partner = self.env["res.partner"].create({"name": "Buyer"})
        self.env["sale.order"].with_company(store).create(
            {"partner_id": partner.id, "company_id": store.id}
        )
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            store.unlink()
        store.active = False
        self.assertTrue(store.exists())

    def test_a_unit_with_units_below_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.units["us"].unlink()


@tagged("post_install", "-at_install")
class TestUnit(GroupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.american = cls.make_shop("American shop", cls.units["us"], ("US", "CA"))
        cls.german = cls.make_shop("German shop", cls.units["de"], ("DE",))
        cls.inside = cls.make_shop("Inside", cls.units["store"])

    def tree(self, user=None):
        """Return what a person reads: [(name, level, depth)], top down."""
        units = self.env["acorn.unit"].with_user(user or self.env.user)
        ours = ("company_id", "in", [unit.id for unit in self.units.values()])
        return [(unit.name, unit.level, unit.depth) for unit in units.search([ours])]

    def row(self, record):
        field = "shop_id" if record._name == "acorn.shop" else "company_id"
        domain = [(field, "=", record.id)]
        return self.env["acorn.unit"].search(domain, order="depth", limit=1)

    def test_shops_are_the_stores_of_their_units_and_there_are_three_levels(self):
        self.assertEqual(
            self.tree(),
            [
                (self.hq.name, "headquarters", 0),
                ("Dummy shop", "store", 1),
                ("Branch DE", "branch", 1),
                ("German shop", "store", 2),
                ("Branch US", "branch", 1),
                ("American shop", "store", 2),
                ("Store", "store", 2),
            ],
        )

    def test_a_group_manager_sees_all_below(self):
        boss = self.make_person("boss", "group_group_manager", unit_id=self.hq.id)
        self.assertEqual(self.tree(boss), self.tree())

    def test_a_person_of_a_branch_sees_it_and_what_is_above_and_below(self):
        person = self.make_person("op", "group_operations", unit_id=self.units["us"].id)
        self.assertEqual(
            self.tree(person),
            [
                (self.hq.name, "headquarters", 0),
                ("Branch US", "branch", 1),
                ("American shop", "store", 2),
                ("Store", "store", 2),
            ],
        )
        german = self.row(self.german).with_user(person)
        self.assertFalse(german.has_access("read"))
        self.assertTrue(self.row(self.american).with_user(person).has_access("read"))

    def test_a_person_of_a_shop_sees_it_and_the_units_that_hold_it(self):
        person = self.make_person("op", "group_operations", shop_id=self.german.id)
        self.assertEqual(
            self.tree(person),
            [
                (self.hq.name, "headquarters", 0),
                ("Branch DE", "branch", 1),
                ("German shop", "store", 2),
            ],
        )

    def test_a_person_without_a_scope_sees_no_unit(self):
        self.assertFalse(self.tree(self.make_person("new", "group_operations")))

    def test_counts_add_up_from_the_shops_of_the_person(self):
        us = self.row(self.units["us"])
        self.assertEqual((us.shop_count, us.site_count), (2, 3))
        person = self.make_person("op", "group_operations", shop_id=self.american.id)
        self.assertEqual(us.with_user(person).shop_count, 1)
        self.assertEqual(self.row(self.hq).with_user(person).site_count, 2)

    def test_orders_and_alerts_are_counted_up_to_headquarters(self):
        before = self.row(self.hq).order_count
        self.apply()
        self.env["acorn.alert"]._raise_alert(
            self.shop, "account", "x", "Something is wrong", severity="error"
        )
        self.env.invalidate_all()
        self.assertEqual(self.row(self.hq).order_count, before + 1)
        self.assertEqual(self.row(self.shop).alert_count, 1)
        self.assertEqual(self.row(self.units["us"]).order_count, 0)

    def test_a_row_opens_the_form_of_its_shop_or_company(self):
        for record in (self.german, self.units["de"]):
            opened = self.row(record).action_open()["params"]
            self.assertEqual((opened["model"], opened["id"]), (record._name, record.id))
            self.assertEqual(opened["company_id"], self.units["de"].id)

    def test_a_unit_above_that_is_not_ones_company_is_not_opened(self):
        person = self.make_person("op", "group_operations", shop_id=self.german.id)
        person.write(
            {
                "company_id": self.units["de"].id,
                "company_ids": [(6, 0, self.units["de"].ids)],
            }
        )
        with self.assertRaisesRegex(UserError, "not in it"):
            self.row(self.hq).with_user(person).action_open()
        self.row(self.german).with_user(person).action_open()

    def test_archived_units_are_shown_when_asked_for(self):
        self.units["store"].active = False
        names = [name for name, _level, _depth in self.tree()]
        self.assertNotIn("Store", names)
        everything = self.env["acorn.unit"].with_context(active_test=False)
        self.assertIn("Store", everything.search([]).mapped("name"))

    def test_every_view_opens_for_who_has_the_least_rights(self):
        person = self.make_person("op", "group_operations", shop_id=self.german.id)
        action = self.env.ref("acorn_multiorg.acorn_unit_action")
        units = self.env["acorn.unit"].with_user(person)
        for view_id, kind in action.views:
            arch = etree.fromstring(units.get_view(view_id, kind)["arch"])
            names = arch.xpath("//field[not(ancestor::field)]/@name")
            rows = units.web_search_read([], {name: {} for name in names})["records"]
            self.assertEqual(len(rows), 3, kind)
        chart = units.hierarchy_read(
            [("parent_id", "=", False)], {"name": {}}, "parent_id", "child_ids"
        )
        self.assertEqual([row["name"] for row in chart], [self.hq.name, "Branch DE"])

    def test_the_company_form_shows_its_place(self):
        with Form(self.units["de"]) as form:
            self.assertEqual(form.acorn_level, "branch")
            form.acorn_superior_id = self.make_unit(
                "Holding", "headquarters", self.hq.browse(), "USD"
            )
        self.assertEqual(self.units["de"].acorn_superior_id.name, "Holding")
