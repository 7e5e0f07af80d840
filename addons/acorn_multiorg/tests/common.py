"""A group of companies with shops, for the tests of who sees what."""

from odoo.fields import Command

from odoo.addons.acorn_base.tests.common import AcornCase


class GroupCase(AcornCase):
    """Headquarters over two branches; the shop of AcornCase belongs to headquarters.

    ``units``: {"hq", "us", "de", "store"}: res.company; the store is below "us".
    """

    scoped = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hq = cls.shop.company_id
        cls.hq.acorn_level = "headquarters"
        cls.units = {"hq": cls.hq}
        cls.units["us"] = cls.make_unit("Branch US", "branch", cls.hq, "USD")
        cls.units["de"] = cls.make_unit("Branch DE", "branch", cls.hq, "EUR")
        cls.units["store"] = cls.make_unit("Store", "store", cls.units["us"], "USD")

    @classmethod
    def make_unit(cls, name, level, superior, currency):
        """Return a company of its own below another one."""
        return (
            cls.env["res.company"]
            .with_context(install_mode=True)
            .create(
                {
                    "name": name,
                    "acorn_level": level,
                    "acorn_superior_id": superior.id,
                    "currency_id": cls.env["res.currency"]._acorn_get(currency).id,
                }
            )
        )

    @classmethod
    def make_shop(cls, name, company, sites=("US",)):
        """Return a shop of the dummy channel with its sites, that fetches nothing."""
        shop = cls.env["acorn.shop"].create(
            {"name": name, "channel": cls.shop.channel, "company_id": company.id}
        )
        for code in sites:
            cls.env["acorn.site"].create(
                {
                    "shop_id": shop.id,
                    "name": f"{name} {code}",
                    "code": code,
                    "channel_ref": f"{name}-{code}",
                    "currency_id": company.currency_id.id,
                }
            )
        return shop

    @classmethod
    def make_person(cls, login, *roles, **scope):
        """Return an internal user of some roles (names of groups) with one scope."""
        user = (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": login,
                    "login": login,
                    "company_id": cls.hq.id,
                    "company_ids": [
                        Command.set([unit.id for unit in cls.units.values()])
                    ],
                    "group_ids": [
                        Command.set(
                            [
                                cls.env.ref("base.group_user").id,
                                *(
                                    cls.env.ref(f"acorn_multiorg.{role}").id
                                    for role in roles
                                ),
                            ]
                        )
                    ],
                }
            )
        )
        if scope:
            cls.env["acorn.scope"].create({"user_id": user.id, **scope})
        return user
