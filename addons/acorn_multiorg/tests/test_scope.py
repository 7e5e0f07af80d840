from odoo.tests import tagged

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestScope(GroupCase):
    def test_a_scope_reaches_all_below_its_unit_and_ends_at_once(self):
        store = self.make_shop("Store shop", self.units["store"])
        other = self.make_shop("German shop", self.units["de"], ("DE",))
        person = self.make_person("op", "group_operations", unit_id=self.units["us"].id)
        both = store | other
        seen = (
            self.env["acorn.shop"].with_user(person).with_company(self.units["store"])
        )
        seen = seen.with_context(
            allowed_company_ids=[unit.id for unit in self.units.values()]
        )
        domain = [("id", "in", both.ids)]
        self.assertEqual(seen.search(domain), store)
        later = self.make_shop("Later", self.units["us"])
        self.assertIn(later, seen.search([("id", "in", later.ids)]))
        person.acorn_scope_ids.unlink()
        self.assertFalse(seen.search(domain))
