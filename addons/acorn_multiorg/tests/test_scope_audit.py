from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestScopeAudit(GroupCase):
    """Who was given which scope is kept; people read what concerns their shops."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.us_shop = cls.make_shop("US Shop", cls.units["us"])
        cls.de_shop = cls.make_shop("DE Shop", cls.units["de"])
        cls.manager = cls.make_person(
            "us.manager", "group_shop_manager", unit_id=cls.units["us"].id
        )
        cls.head = cls.make_person(
            "head", "group_group_manager", unit_id=cls.units["hq"].id
        )
        cls.start = cls.env["acorn.audit"].search([], limit=1).id

    def read_by(self, user, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        everywhere = self.env.companies.browse([u.id for u in self.units.values()])
        return (
            self.env["acorn.audit"]
            .with_user(user)
            .with_context(allowed_company_ids=everywhere.ids)
            .search([("id", ">", self.start), *domain], order="id")
        )

    def test_a_shop_manager_reads_what_concerns_shops_of_the_scope_alone(self):
        self.us_shop.interval = 30
        self.de_shop.interval = 45
        read = self.read_by(self.manager)
        self.assertEqual(read.mapped("shop_name"), ["US Shop"])
        self.assertEqual(
            self.read_by(self.head).mapped("shop_name"), ["US Shop", "DE Shop"]
        )

    def test_a_scope_is_kept_when_given_changed_and_taken(self):
        scope = self.env["acorn.scope"].create(
            {"user_id": self.manager.id, "unit_id": self.units["de"].id}
        )
        scope.unit_id = self.units["store"]
        scope.unlink()
        given, changed, taken = self.read_by(self.head, model="acorn.scope")
        self.assertEqual(given.action, "create")
        self.assertIn("Branch DE", given.new)
        self.assertEqual((changed.old, changed.new), ("Branch DE", "Store"))
        self.assertIn("Store", taken.old)
        self.assertEqual(taken.company_name, "Store")
        self.assertFalse(self.read_by(self.manager, model="acorn.scope"))

    def test_settings_of_units_and_templates_are_kept_in_words(self):
        Setting = self.env["acorn.setting"].with_user(self.head)
        Setting._set(self.units["us"].with_user(self.head), "interval", 40)
        Setting._set(self.units["us"].with_user(self.head), "interval", 50)
        template = (
            self.env["acorn.shop.template"]
            .with_user(self.head)
            .create({"name": "Usual"})
        )
        line = self.env["acorn.shop.template.line"].with_user(self.head)
        line = line.create(
            {
                "template_id": template.id,
                "name": "guard_zero",
                "content": {"value": 5},
            }
        )
        line.content = {"value": 6}
        made, changed = self.read_by(self.head, model="acorn.setting")
        self.assertIn("40", made.new)
        self.assertEqual((changed.old, changed.new), ("40", "50"))
        self.assertIn("Branch US", changed.record_name)
        self.assertEqual(changed.company_name, "Branch US")
        [flowed] = self.read_by(self.head, model="acorn.shop")[-1:]
        self.assertEqual((flowed.shop_name, flowed.new), ("US Shop", "50"))
        self.assertIn("Usual", self.read_by(self.head, model=template._name).new)
        line = self.read_by(self.head, model=line._name, action="write")
        self.assertEqual((line.old, line.new), ("5", "6"))

    def test_customer_service_reads_none_of_it(self):
        person = self.make_person(
            "service", "group_service", unit_id=self.units["us"].id
        )
        with self.assertRaises(AccessError):
            self.read_by(person)
