import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.modules.registry import Registry
from odoo.tests import HttpCase, tagged

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestScopeSession(GroupCase, HttpCase):
    """A session that is open loses its shops with the scope, no server is restarted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.us = cls.make_shop("US shop", cls.units["us"])
        cls.person = cls.make_person("op", "group_operations")
        cls.person.password = "op-op-op-op"
        cls.scope = cls.env["acorn.scope"].create(
            {"user_id": cls.person.id, "unit_id": cls.units["us"].id}
        )
        partner = cls.env["res.partner"].create({"name": "Buyer"})
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.units["us"].id,
                "acorn_shop_id": cls.us.id,
                "acorn_site_id": cls.us.site_ids.id,
            }
        )
        cls.env.flush_all()

    def without_telling_workers(self):
        """As another worker, that hears of a change of caches too late."""
        return patch.object(Registry, "clear_cache", lambda self, *names: None)

    def web_client_sees(self):
        """Whether the session finds the order in the list, and may open it."""
        context = {"allowed_company_ids": self.person.company_ids.ids}
        found = self.make_jsonrpc_request(
            "/web/dataset/call_kw/sale.order/web_search_read",
            {
                "model": "sale.order",
                "method": "web_search_read",
                "args": [[("id", "=", self.order.id)], {"name": {}}],
                "kwargs": {"limit": 80, "context": context},
            },
        )
        return bool(found["records"])

    def test_the_web_client_of_an_open_session(self):
        self.authenticate("op", "op-op-op-op")
        self.assertTrue(self.web_client_sees())
        with self.without_telling_workers():
            self.scope.unlink()
            self.env.flush_all()
            self.assertFalse(self.web_client_sees())
            self.env["acorn.scope"].create(
                {"user_id": self.person.id, "site_id": self.us.site_ids.id}
            )
            self.env.flush_all()
            self.assertTrue(self.web_client_sees())

    def test_json_2_with_a_key(self):
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.person)
            ._generate("rpc", "Test", fields.Datetime.now() + timedelta(hours=1))
        )

        def seen():
            answer = self.url_open(
                "/json/2/sale.order/search_count",
                data=json.dumps(
                    {
                        "domain": [["id", "=", self.order.id]],
                        "context": {"allowed_company_ids": self.person.company_ids.ids},
                    }
                ),
                headers={
                    "Authorization": f"Bearer {key}",
                    "Content-Type": "application/json",
                },
            )
            answer.raise_for_status()
            return answer.json()

        self.assertEqual(seen(), 1)
        with self.without_telling_workers():
            self.scope.active = False
            self.env.flush_all()
            self.assertEqual(seen(), 0)

    def test_two_transactions_with_caches_of_their_own(self):
        def seen(env):
            companies = env["res.users"].browse(self.person.id).company_ids.ids
            orders = env["sale.order"].with_context(allowed_company_ids=companies)
            return orders.search_count([("id", "=", self.order.id)])

        with self.enter_registry_test_mode():
            with self.env.registry.cursor() as cr:
                self.assertEqual(seen(self.env(cr=cr, user=self.person.id)), 1)
            with self.env.registry.cursor() as cr, self.without_telling_workers():
                self.scope.with_env(self.env(cr=cr)).active = False
            with self.env.registry.cursor() as cr:
                self.assertEqual(seen(self.env(cr=cr, user=self.person.id)), 0)
