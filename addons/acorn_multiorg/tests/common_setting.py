"""A shop in a store, the store below a branch, the branch below headquarters."""

from odoo.addons.acorn_base.tests.common_shipping import ShippingCase
from odoo.addons.acorn_base.tests.common_stock import StockCase

from .common import GroupCase

__all__ = ["SettingCase", "ShippingSettingCase", "StockSettingCase"]


class SettingCase(GroupCase):
    """``group`` → ``branch`` → ``hq``, the company of ``shop``; ``other`` beside them.

    ``boss`` manages the group; ``manager`` manages the shop alone.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        nobody = cls.env["res.company"]
        cls.group = cls.make_unit("The group", "headquarters", nobody, "CNY")
        cls.branch = cls.make_unit("The branch", "branch", cls.group, "USD")
        cls.other = cls.make_unit("The other", "branch", cls.group, "EUR")
        (cls.units["us"] | cls.units["de"]).acorn_superior_id = cls.group
        cls.hq.write({"acorn_superior_id": cls.branch.id, "acorn_level": "store"})
        cls.units |= {"group": cls.group, "branch": cls.branch, "other": cls.other}
        cls.boss = cls.make_person("boss", "group_group_manager", unit_id=cls.group.id)
        cls.manager = cls.make_person(
            "manager", "group_shop_manager", shop_id=cls.shop.id
        )

    def set_at(self, node, name, value):
        self.env["acorn.setting"].with_user(self.boss)._set(node, name, value)
        self.env.invalidate_all()

    def reset_at(self, node, name):
        self.env["acorn.setting"].with_user(self.boss)._reset(node, name)
        self.env.invalidate_all()

    def team(self, company):
        return self.env["crm.team"].create(
            {"name": f"Team of {company.name}", "company_id": company.id}
        )

    def rename_stage(self, status, name):
        """Let the branch call a stage otherwise."""
        stages = [
            {
                "status": each,
                "names": {"en_US": name if each == status else text},
                "color": 0,
            }
            for each, text in (
                (values["status"], values["name"])
                for values in self.env["acorn.stage"]._default_values()
            )
        ]
        self.set_at(self.branch, "stage_ids", stages)


class StockSettingCase(SettingCase, StockCase):
    pass


class ShippingSettingCase(SettingCase, ShippingCase):
    pass
