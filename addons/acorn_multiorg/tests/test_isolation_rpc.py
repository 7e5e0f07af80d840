import json
import xmlrpc.client
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import GroupCase

REFUSALS = (
    *("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"),
    *("odoo.http", "odoo.addons.rpc.controllers.json2"),
)


@tagged("post_install", "-at_install")
class TestIsolationRpc(GroupCase, HttpCase):
    """A sample of the matrix through real requests, with API keys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop_us = cls.make_shop("US shop", cls.units["us"])
        cls.shop_de = cls.make_shop("German shop", cls.units["de"], ("DE",))
        cls.orders = cls.env["sale.order"]
        for shop in cls.shop_us, cls.shop_de:
            partner = cls.env["res.partner"].create(
                {"name": f"Buyer of {shop.name}", "acorn_shop_id": shop.id}
            )
            cls.orders += cls.orders.create(
                {
                    "partner_id": partner.id,
                    "company_id": shop.company_id.id,
                    "acorn_shop_id": shop.id,
                    "acorn_site_id": shop.site_ids.id,
                }
            )
        cls.ours, cls.theirs = cls.orders
        cls.clerk = cls.make_person(
            "clerk", "group_service", unit_id=cls.units["us"].id
        )
        cls.key = cls.make_key(cls.clerk)

    @classmethod
    def make_key(cls, user):
        keys = cls.env(user=user.id, su=False)["res.users.apikeys"]
        return keys._generate("rpc", "test", fields.Datetime.now() + timedelta(hours=1))

    def context(self):
        return {"allowed_company_ids": self.clerk.company_ids.ids}

    # === JSON-2 === #

    def json2(self, model, method, **arguments):
        response = self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps({"context": self.context(), **arguments}),
            headers={
                "Authorization": f"bearer {self.key}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self.env.cr.dbname,
            },
        )
        return response.status_code, response.json()

    def assertClosed(self, model, method, **arguments):
        with mute_logger(*REFUSALS):
            status, _answer = self.json2(model, method, **arguments)
        self.assertEqual(status, 403, f"{model}.{method}")

    def test_json2_reaches_what_is_in_the_scope_and_nothing_else(self):
        domain = [("id", "in", self.orders.ids)]
        status, found = self.json2("sale.order", "search_read", domain=domain)
        self.assertEqual((status, [each["id"] for each in found]), (200, self.ours.ids))
        _status, count = self.json2("sale.order", "search_count", domain=domain)
        self.assertEqual(count, 1)
        _status, groups = self.json2(
            *("sale.order", "formatted_read_group"),
            domain=domain,
            groupby=["acorn_shop_id"],
            aggregates=["__count"],
        )
        self.assertEqual([each["__count"] for each in groups], [1])
        names = self.orders.partner_id.mapped("name")
        _status, found = self.json2(
            "res.partner",
            "name_search",
            name="Buyer of",
            domain=[("name", "in", names)],
        )
        self.assertEqual([name for _id, name in found], [self.ours.partner_id.name])
        theirs = {"ids": self.theirs.ids}
        self.assertClosed("sale.order", "read", fields=["name"], **theirs)
        self.assertClosed("sale.order", "write", vals={"note": "x"}, **theirs)
        self.assertClosed("sale.order", "write", vals={"note": "x"}, ids=self.ours.ids)
        self.assertClosed("sale.order", "unlink", ids=self.ours.ids)
        self.assertClosed("acorn.message", "search_read", domain=[])
        self.assertClosed("res.partner", "read", ids=self.theirs.partner_id.ids)

    def test_a_scope_taken_away_ends_with_the_next_request(self):
        domain = [("id", "in", self.orders.ids)]
        _status, count = self.json2("sale.order", "search_count", domain=domain)
        self.assertEqual(count, 1)
        self.clerk.acorn_scope_ids.unlink()
        self.env.flush_all()
        _status, count = self.json2("sale.order", "search_count", domain=domain)
        self.assertEqual(count, 0)

    # === XML-RPC === #

    def xmlrpc(self, model, method, *arguments, **named):
        named["context"] = self.context()
        return self.xmlrpc_object.execute_kw(
            *(self.env.cr.dbname, self.clerk.id, self.key),
            *(model, method, list(arguments), named),
        )

    def test_xmlrpc_reaches_what_is_in_the_scope_and_nothing_else(self):
        domain = [["id", "in", self.orders.ids]]
        self.assertEqual(self.xmlrpc("sale.order", "search", domain), self.ours.ids)
        found = self.xmlrpc("sale.order.line", "search_count", [])
        self.assertEqual(found, 0)
        (read,) = self.xmlrpc("sale.order", "read", self.ours.ids, ["name"])
        self.assertEqual(read["name"], self.ours.name)
        for method, arguments in (
            ("read", (self.theirs.ids, ["name"])),
            ("write", (self.ours.ids, {"note": "x"})),
            ("unlink", (self.ours.ids,)),
            ("message_post", (self.theirs.ids,)),
        ):
            with (
                mute_logger(*REFUSALS),
                self.assertRaises(xmlrpc.client.Fault) as refused,
            ):
                self.xmlrpc("sale.order", method, *arguments)
            self.assertEqual(refused.exception.faultCode, 4, method)
