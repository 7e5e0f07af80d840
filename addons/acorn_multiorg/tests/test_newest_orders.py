import random
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GroupCase

SEED = 5
ROUNDS = 150
# One or two of them are joined; with joins, translated names, and what finds nothing.
CONDITIONS = [
    ("acorn_shop_id", "!=", False),
    ("acorn_site_id", "=", False),
    ("acorn_site_id.name", "ilike", "us"),
    ("partner_id.name", "ilike", "b"),
    ("partner_id.name", "not ilike", "b"),
    ("state", "=", "draft"),
    ("state", "=", "sale"),
    ("name", "ilike", "5"),
    ("order_line.name", "ilike", "a"),
    ("order_line", "=", False),
    ("date_order", ">", "2024-01-08"),
    ("team_id.name", "!=", "Nobody"),
    ("id", "in", []),
    "|",
    "!",
]


@tagged("post_install", "-at_install")
class TestNewestOrders(GroupCase):
    """The quick way to a page of orders finds what the plain search finds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.us = cls.make_shop("US shop", cls.units["us"], ("US", "CA", "MX"))
        cls.de = cls.make_shop("German shop", cls.units["de"], ("DE", "FR"))
        # Out of everybody's reach: who reaches all is not narrowed.
        cls.make_shop("Beside", cls.env["res.company"].create({"name": "Beside"}))
        cls.partners = cls.env["res.partner"].create(
            [{"name": n} for n in ("Ab", "Cd")]
        )
        cls.chance = random.Random(SEED)
        cls.orders = cls.env["sale.order"].create(
            [cls.order_values(number) for number in range(60)]
        )

    @classmethod
    def order_values(cls, number):
        """Of no channel, of a shop alone, or of a site; many at the same moment."""
        site = cls.chance.choice([*(cls.us | cls.de).site_ids, None, None])
        shop = site.shop_id if site else cls.chance.choice([cls.us, cls.de, None])
        company = shop.company_id if shop else cls.hq
        lines = [(0, 0, {"name": "A note", "display_type": "line_note"})]
        return {
            "partner_id": cls.partners[number % 2].id,
            "company_id": company.id,
            "acorn_shop_id": shop.id if shop else False,
            "acorn_site_id": site.id if site else False,
            "date_order": f"2024-01-{cls.chance.randint(1, 12):02}",
            "order_line": lines if number % 3 else [],
        }

    def people(self):
        us, de = self.us.site_ids, self.de.site_ids
        yield "all", [{"unit_id": self.hq.id}]
        yield "a unit", [{"unit_id": self.units["us"].id}]
        yield "one site", [{"site_id": us[0].id}]
        yield "two sites", [{"site_id": us[1].id}, {"site_id": de[1].id}]
        yield "nothing", []

    def search(self, user):
        orders = self.env["sale.order"].with_user(user)
        return orders.with_context(allowed_company_ids=user.company_ids.ids)

    def domain(self):
        known = [("id", "in", self.orders.ids)]
        drawn = self.chance.sample(CONDITIONS[:-2], self.chance.randint(0, 3))
        if len(drawn) > 1 and self.chance.random() < 0.5:
            drawn.insert(0, "|")
        if drawn and self.chance.random() < 0.3:
            drawn.insert(0, "!")
        return known + drawn

    def test_pages_and_counts_are_those_of_the_plain_search(self):
        plain = patch.object(
            type(self.env["sale.order"]), "_acorn_ways", lambda self: None
        )
        found = 0
        for name, scopes in self.people():
            user = self.make_person(name, "group_operations")
            self.env["acorn.scope"].create(
                [{"user_id": user.id, **values} for values in scopes]
            )
            orders = self.search(user)
            self.assertTrue(orders._acorn_ways())
            for _round in range(ROUNDS // 5):
                domain = self.domain()
                limit, offset = (
                    self.chance.randint(1, 70),
                    self.chance.choice([0, 0, 3, 9]),
                )
                order = self.chance.choice([None, "date_order desc, id desc", "name"])
                page = orders.search(domain, offset=offset, limit=limit, order=order)
                count = orders.search_count(domain, limit=limit)
                nested = (
                    orders.search(
                        [("id", "in", orders._search(domain, offset, limit, order))]
                    )
                    if order
                    else page
                )
                with plain:
                    wanted = orders.search(
                        domain, offset=offset, limit=limit, order=order
                    )
                    wanted_count = orders.search_count(domain, limit=limit)
                words = f"{name}: {domain}, {offset}, {limit}, {order}"
                self.assertEqual(page.ids, wanted.ids, words)
                self.assertEqual(count, wanted_count, words)
                self.assertEqual(nested, page, words)
                found += len(page)
        self.assertGreater(found, ROUNDS)

    def test_what_the_web_client_reads_is_the_same(self):
        user = self.make_person("op", "group_operations", unit_id=self.units["us"].id)
        orders = self.search(user)
        read = {"name": {}, "partner_id": {"fields": {"display_name": {}}}}
        known = [("id", "in", self.orders.ids)]
        page = orders.web_search_read(known, read, limit=5, count_limit=11)
        with patch.object(type(orders), "_acorn_ways", lambda self: None):
            wanted = orders.web_search_read(known, read, limit=5, count_limit=11)
        self.assertEqual(page, wanted)
        self.assertEqual(len(page["records"]), 5)

    def test_a_rule_that_goes_opens_what_it_closed(self):
        user = self.make_person(
            "op", "group_operations", site_id=self.us.site_ids[0].id
        )
        orders, known = self.search(user), [("id", "in", self.orders.ids)]
        self.assertLess(len(orders.search(known, limit=80)), len(self.orders))
        self.env.ref("acorn_multiorg.sale_order_rule_scope").active = False
        self.assertEqual(len(orders.search(known, limit=80)), len(self.orders))

    def test_a_rule_that_comes_is_kept(self):
        user = self.make_person("op", "group_operations", unit_id=self.units["us"].id)
        orders, known = self.search(user), [("id", "in", self.orders.ids)]
        self.assertIn(self.partners[0], orders.search(known, limit=80).partner_id)
        self.env["ir.rule"].create(
            {
                "name": "Another one",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "domain_force": f"[('partner_id', '!=', {self.partners[0].id})]",
            }
        )
        self.assertEqual(orders.search(known, limit=80).partner_id, self.partners[1])
        self.assertEqual(
            orders.search_count(known, limit=80), len(orders.search(known, limit=80))
        )

    def test_who_may_read_no_orders_is_told_so(self):
        nobody = self.make_person("nobody")
        with self.assertRaises(AccessError):
            self.search(nobody).search([], limit=1)
