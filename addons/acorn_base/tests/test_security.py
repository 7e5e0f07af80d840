from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import AcornCase, replace

TREE = {"acorn.unit"}  # names companies to those who work in or below them


class TestSecurity(AcornCase):
    """Who may see and do what, by group and by company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.env["res.company"].create({"name": "Foreign"})
        cls.users = {
            name: new_test_user(
                cls.env, f"acorn_{name}", groups=f"acorn_base.group_{name}"
            )
            for name in ("user", "manager", "admin")
        }
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            groups="acorn_base.group_admin",
            company_id=cls.foreign.id,
            company_ids=[Command.set(cls.foreign.ids)],
        )

    def acorn_models(self):
        return [
            self.env[name]
            for name in self.env.registry
            if name.startswith("acorn.")
            and not self.env[name]._abstract
            and not self.env[name]._transient
        ]

    def test_every_model_has_access_rights(self):
        for model in self.acorn_models():
            rights = self.env["ir.model.access"].search_count(
                [("model_id.model", "=", model._name), ("group_id", "!=", False)]
            )
            self.assertTrue(rights, model._name)

    def test_every_model_of_a_company_has_a_company_rule(self):
        for model in self.acorn_models():
            if "company_id" not in model._fields or model._name in TREE:
                continue
            rules = self.env["ir.rule"].search(
                [("model_id.model", "=", model._name), ("global", "=", True)]
            )
            self.assertTrue(
                any("company_ids" in (rule.domain_force or "") for rule in rules),
                model._name,
            )

    def test_other_companies_see_nothing(self):
        self.place(self.line("1", "NEW-9"))
        self.place(site="XX9")
        self.world.listings["US1"] = ()
        self.drain()
        for model in self.acorn_models():
            if "company_id" not in model._fields or not model.search_count([]):
                continue
            if model._name in TREE:
                continue
            theirs = model.with_user(self.stranger)
            if not theirs.has_access("read"):
                continue
            seen = theirs.search_count(
                [("company_id", "!=", self.foreign.id), ("company_id", "!=", False)]
            )
            self.assertFalse(seen, model._name)

    def test_user_reads_and_changes_nothing(self):
        record = self.place()
        self.drain()
        user = self.users["user"]
        self.assertTrue(self.shop.with_user(user).read(["name", "state", "backlog"]))
        for records in (
            self.shop,
            self.us,
            self.shop.stream_ids,
            self.shop.stage_ids,
            self.message(record),
            self.env["acorn.offer"].search([]),
        ):
            with self.assertRaises(AccessError):
                records.with_user(user).write({"display_name": "x"})
        for action in ("action_check_connection", "action_sync_now", "action_pause"):
            with self.assertRaises(AccessError):
                getattr(self.shop.with_user(user), action)()
        with self.assertRaises(AccessError):
            self.message(record).with_user(user).action_replay()

    def test_nobody_writes_messages_and_what_a_shop_keeps_of_itself(self):
        record = self.place(site="XX9")
        self.drain()
        for name in ("manager", "admin"):
            user = self.users[name]
            message = self.message(record).with_user(user)
            for values in ({"state": "done"}, {"error": False}, {"order_id": False}):
                with self.assertRaises(AccessError):
                    message.write(values)
            shop = self.shop.with_user(user)
            for values in (
                {"state": "paused"},
                {"problem": "None."},
                {"probe_after": False},
                {"name": "Mine", "live_since": False},
            ):
                with self.assertRaises(AccessError):
                    shop.write(values)
            shop.write({"name": "Renamed", "alarm_minutes": 60})
            shop.action_pause()
            self.assertEqual(self.shop.state, "paused")
            shop.action_resume()
            self.assertEqual(self.shop.state, "live")
            message.action_retry()
        with self.assertRaises(AccessError):
            self.message(record).with_user(self.users["user"]).action_retry()

    def test_failed_connection_of_an_administrator_is_kept_with_its_reason(self):
        shop = (
            self.env["acorn.shop"]
            .with_user(self.users["admin"])
            .create({"name": "Mine", "channel": "dummy"})
        )
        self.world.sites = ()
        shop.action_check_connection()
        self.assertIn("sells nowhere", shop.problem)

    def test_document_is_for_managers_and_its_stored_form_for_nobody(self):
        record = self.place()
        self.drain()
        message = self.message(record)
        self.assertIn(record.ref, message.with_user(self.users["manager"]).content)
        with self.assertRaises(AccessError):
            message.with_user(self.users["user"]).read(["content"])
        for user in self.users.values():
            with self.assertRaises(AccessError):
                message.with_user(user).read(["body"])
            with self.assertRaises(AccessError):
                message.with_user(user).search([("body", "like", "gAAAA")])
            exported = message.with_user(user).fields_get()
            self.assertNotIn("body", exported)

    def test_file_of_a_large_document_is_no_attachment_to_open(self):
        from datetime import datetime

        from ..channel import UTC, Document

        document = Document("listing", "US1", datetime.now(UTC), b"x" * 300_000, "US1")
        message = self.env["acorn.message"]._receive(self.shop, [document])
        attachment = message._attachment_sudo().sudo(False)
        for user in self.users.values():
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(["datas", "raw"])

    def test_user_connects_no_shop(self):
        with self.assertRaises(AccessError):
            self.env["acorn.shop"].with_user(self.users["user"]).create(
                {"name": "Mine", "channel": "dummy"}
            )

    def test_manager_reconnects_and_gets_new_sites(self):
        italy = replace(self.world.sites[1], ref="IT1", code="IT", name="Dummy IT")
        self.world.sites += (italy,)
        self.shop.action_pause()
        self.shop.with_user(self.users["manager"]).action_resume()
        self.assertEqual(self.shop.state, "live")
        self.assertIn("Dummy IT", self.shop.site_ids.mapped("name"))

    def test_admin_connects_a_shop_without_further_rights(self):
        shop = (
            self.env["acorn.shop"]
            .with_user(self.users["admin"])
            .create({"name": "Mine", "channel": "dummy"})
        )
        shop.action_check_connection()
        self.assertEqual(shop.state, "live")
        self.assertEqual(len(shop.site_ids), 4)
