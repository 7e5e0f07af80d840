from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .test_roles import ROLES, RoleCase


@tagged("post_install", "-at_install")
class TestStaysWithin(RoleCase):
    """Nobody moves what is theirs to where it is not, or out of everybody's sight."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.make_shop("Foreign", cls.units["de"], ("DE",))
        cls.beside = cls.make_shop("Beside", cls.hq)
        cls.manager = cls.make_person(
            "own", "group_shop_manager", shop_id=cls.shop.id
        ).with_context(tracking_disable=True)

    def own(self, record):
        companies = self.hq | self.units["de"]
        self.env.flush_all()
        return record.with_user(self.manager).with_context(
            allowed_company_ids=companies.ids
        )

    def refused(self, record, vals):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.own(record).write(vals)

    def test_a_document_of_a_channel_stays_with_its_shop_and_site(self):
        order = self.apply(self.line())
        picking = order.picking_ids
        for role in ROLES:
            for record in (order, picking, picking.move_ids):
                for name in ("acorn_shop_id", "acorn_site_id"):
                    seen = self.as_role(role, record)
                    self.assertRefused(role, lambda s=seen, n=name: s.write({n: False}))

    def test_a_site_and_rules_stay_within_the_scope(self):
        self.refused(self.us, {"shop_id": self.beside.id})
        rule = self.env["acorn.stock.rule"].create(
            {"shop_id": self.shop.id, "kind": "buffer", "value": 1}
        )
        self.refused(rule, {"shop_id": self.beside.id})
        self.refused(rule, {"shop_id": False})
        hold = self.env["acorn.hold.rule"].create(
            {"name": "Dear", "amount": 900, "shop_ids": [Command.set(self.shop.ids)]}
        )
        self.refused(hold, {"shop_ids": [Command.clear()]})
        self.own(rule).value = 2
        self.assertEqual(rule.value, 2)

    def test_a_shop_moves_to_a_unit_of_the_scope_only(self):
        self.refused(self.foreign, {"company_id": self.hq.id})
        self.refused(self.shop, {"company_id": self.units["de"].id})

    def test_regions_are_kept_by_group_managers(self):
        region = self.env["acorn.region"].create({"name": "Far Away"})
        self.refused(region, {"name": "Near"})
        self.as_role("group_manager", region).name = "Near"

    def test_nobody_writes_what_lies_on_the_shelf(self):
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.mug.id), ("location_id.usage", "=", "internal")],
            limit=1,
        )
        for role in ROLES:
            seen = self.as_role(role, quant)
            self.assertRefused(role, lambda s=seen: s.write({"quantity": 9999}))

    def test_what_a_wizard_holds_is_its_user_s(self):
        invite = self.env["acorn.invite"].with_user(self.people["group_manager"])
        invite = invite.create(
            {"name": "New", "email": "n@example.com", "unit_id": self.hq.id}
        )
        other = self.env["acorn.invite"].with_user(self.people["administrator"])
        self.assertFalse(other.search([("id", "=", invite.id)]))
