import psycopg2

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import AcornCase


@tagged("post_install", "-at_install")
class TestAudit(AcornCase):
    """Who changed what, from what to what; and that nobody changes what is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            name: new_test_user(
                cls.env,
                f"audit_{name}",
                groups=f"acorn_base.group_{name},sales_team.group_sale_manager",
            )
            for name in ("user", "manager", "admin")
        }
        cls.manager, cls.admin = cls.people["manager"], cls.people["admin"]

    def setUp(self):
        super().setUp()
        self.seen = self.env["acorn.audit"].search([], limit=1).id or 0

    def told(self, **values):
        """Return what has been kept since the test began, the latest last."""
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["acorn.audit"].search(
            [("id", ">", self.seen), *domain], order="id"
        )

    def assertTold(self, audit, **values):
        self.assertEqual(len(audit), 1, audit.mapped("record_name"))
        self.assertEqual({name: audit[name] for name in values}, values)

    # === WHAT IS KEPT === #

    def test_a_setting_of_a_shop_is_kept_with_who_from_what_to_what(self):
        self.shop.with_user(self.manager).write({"interval": 30, "stock_mode": "on"})
        interval, mode = self.told()
        self.assertTold(
            interval,
            action="write",
            model="acorn.shop",
            res_id=self.shop.id,
            label="Fetch Every (Minutes)",
            old="15",
            new="30",
            record_name="Dummy shop",
            shop_name="Dummy shop",
            shop_ref=self.shop.id,
            company_name=self.company.name,
            user_name=f"{self.manager.name} ({self.manager.login})",
        )
        self.assertTold(mode, label="Quantities", old="Not Sent", new="Sent")

    def test_what_stays_as_it_was_is_not_told(self):
        self.shop.with_user(self.manager).write({"interval": 15, "color": 3})
        self.assertFalse(self.told())

    def test_a_site_names_records_and_what_joined_or_left_a_list(self):
        regions = self.env["acorn.region"].create([{"name": "West"}, {"name": "East"}])
        team = self.env["crm.team"].create({"name": "Night Shift"})
        self.us.region_ids = False
        self.seen = self.env["acorn.audit"].search([], limit=1).id
        site = self.us.with_user(self.manager)
        site.write({"region_ids": [Command.set(regions.ids)], "team_id": team.id})
        site.write({"region_ids": [Command.unlink(regions[0].id)]})
        joined, left = self.told(field="region_ids")
        self.assertTold(joined, old=False, new="+ West, East")
        self.assertTold(left, old="− West", new=False)
        self.assertTold(self.told(field="team_id"), old="", new="Night Shift")

    def test_rules_sources_and_mappings_of_managers_are_kept(self):
        manager = self.manager
        env = self.env(user=manager)
        rule = env["acorn.stock.rule"].create({"kind": "buffer", "value": 2})
        rule.value = 5
        offer = env["acorn.offer"].create({"shop_id": self.shop.id, "sku": "AUDIT-1"})
        offer.product_id = self.mug
        offer.stock_stopped = True
        hold = env["acorn.hold.rule"].create(
            {"name": "Dear", "kind": "high_value", "amount": 12.5}
        )
        hold.amount = 99
        source = self.us.quantity_group_id.source_ids[:1].with_user(manager)
        source.sequence = 77
        stage = self.shop.stage_ids[:1].with_user(manager)
        stage.name = "Look at me"
        code = env["acorn.carrier.code"].create(
            {"carrier_id": self.carrier.id, "shop_id": self.shop.id, "code": "DHL_X"}
        )
        code.code = "DHL_Y"
        self.assertTold(
            self.told(model="acorn.stock.rule", action="write"), old="2", new="5"
        )
        created = self.told(model="acorn.stock.rule", action="create")
        self.assertIn("Value: 2", created.new)
        self.assertTold(
            self.told(field="product_id"), old="", new=self.mug.display_name
        )
        self.assertTold(self.told(field="stock_stopped"), old="No", new="Yes")
        self.assertTold(self.told(field="amount"), old="12.5", new="99")
        self.assertTold(self.told(model="acorn.stock.source"), old="10", new="77")
        self.assertTold(self.told(model="acorn.stage"), new="Look at me")
        self.assertTold(
            self.told(model="acorn.carrier.code", action="write"),
            old="DHL_X",
            new="DHL_Y",
            shop_name="Dummy shop",
        )

    def test_what_is_deleted_leaves_its_last_values(self):
        rule = self.env["acorn.stock.rule"].create(
            {"kind": "cap", "value": 8, "shop_id": self.shop.id}
        )
        name = rule.display_name
        rule.with_user(self.manager).unlink()
        audit = self.told(action="unlink")
        self.assertTold(audit, record_name=name, shop_name="Dummy shop")
        self.assertIn("Value: 8", audit.old)

    def test_roles_are_kept_whichever_side_they_are_given_from(self):
        group = self.env.ref("acorn_base.group_manager")
        person, odoo_admin = self.people["user"], self.env.ref("base.user_admin")
        person.with_user(odoo_admin).group_ids = [Command.link(group.id)]
        group.with_user(odoo_admin).user_ids = [Command.unlink(person.id)]
        given, taken = self.told()
        self.assertTold(
            given, model="res.users", record_name=person.name, audience="admin"
        )
        self.assertEqual(given.new, f"+ {group.display_name}")
        self.assertTold(taken, model="res.groups", new=False)
        self.assertEqual(taken.old, f"− {person.display_name}")

    def test_companies_given_and_their_settings_are_kept(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.company.acorn_level = "headquarters"
        self.seen = self.told()[-1:].id
        odoo_admin = self.env.ref("base.user_admin")
        self.manager.with_user(odoo_admin).company_ids = [Command.link(other.id)]
        self.company.with_user(odoo_admin).acorn_most_pending = 7
        other.with_user(odoo_admin).write(
            {"acorn_level": "branch", "acorn_superior_id": self.company.id}
        )
        self.assertTold(self.told(field="company_ids"), new="+ Other")
        own = self.told(field="acorn_most_pending", record_name=self.company.name)
        self.assertTold(own, old="1000", new="7", shop_ref=0)
        self.assertTold(self.told(field="acorn_superior_id"), new=self.company.name)

    def test_settings_pages_are_kept_without_what_is_secret(self):
        parameters = self.env(user=self.env.ref("base.user_admin"))[
            "ir.config_parameter"
        ]
        parameters.set_param("acorn_base.log_days", 21)
        parameters.set_param("acorn_base.log_days", 22)
        parameters.set_param("acorn_base.monitor_token", "a hash")
        parameters.set_param("acorn_base.monitor_token", "another hash")
        parameters.set_param("other.setting", "1")
        days = self.told(record_name="acorn_base.log_days")[-1:]
        self.assertTold(days, old="21", new="22", audience="admin")
        self.assertEqual(len(self.told()), 4)
        for audit in self.told():
            self.assertNotIn("hash", f"{audit.old}{audit.new}")

    def test_of_a_secret_only_the_last_four_characters_are_kept(self):
        webhook = (
            self.env["acorn.webhook"]
            .with_user(self.admin)
            .create(
                {
                    "name": "Group",
                    "url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc123",
                    "signing_secret": "a-long-secret-ending-wxyz",
                }
            )
        )
        webhook.signing_secret = "another-long-secret-wxyz"
        webhook.signing_secret = False
        webhook.unlink()
        entered, replaced, cleared = self.told(field="signing_secret")
        self.assertTold(entered, old=False, new="••••wxyz", audience="admin")
        self.assertTold(replaced, old="••••wxyz", new="••••wxyz")
        self.assertTold(cleared, old="••••wxyz", new=False)
        self.assertTold(self.told(field="url"), new="••••c123", label="Address")
        self.env.cr.execute("SELECT acorn_audit::text FROM acorn_audit")
        everything = str(self.env.cr.fetchall())
        for secret in ("cgi-bin", "long-secret"):
            self.assertNotIn(secret, everything)

    def test_what_acorn_matches_itself_is_nobodys_decision(self):
        self.env["product.product"].create({"name": "New", "default_code": "NEW-1"})
        offer = self.env["acorn.offer"]._get_or_create(self.shop, {"NEW-1": {}})
        self.assertTrue(offer["NEW-1"].product_id)
        self.assertEqual(self.env.uid, SUPERUSER_ID)
        self.apply()
        self.assertFalse(self.told())
        Offer = self.env["acorn.offer"].with_user(self.manager)
        made = Offer._get_or_create(self.shop.with_user(self.manager), {"LAMP": {}})
        self.assertEqual(made["LAMP"].product_id, self.lamp)
        self.assertEqual(made["LAMP"].env.user, self.manager)
        self.assertFalse(self.told(), "nor is what it matches while a person waits")

    def test_many_records_cost_as_many_queries_as_two(self):
        Offer = self.env["acorn.offer"].with_user(self.manager)
        offers = Offer.create(
            [{"shop_id": self.shop.id, "sku": f"BULK-{i}"} for i in range(52)]
        )
        two, fifty = offers[:2], offers[2:]
        # What is needed once is at hand.
        two.product_id = self.lamp
        self.env.flush_all()
        counts = []
        for some in (two, fifty):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.write({"handling_days": 4})
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(self.told(field="handling_days")), 52)
        self.assertLessEqual(counts[1], counts[0] + 1, counts)

    # === WHO READS IT === #

    def test_managers_read_settings_administrators_read_all_others_nothing(self):
        self.shop.with_user(self.admin).interval = 30
        self.env.ref("acorn_base.group_user").with_user(
            self.env.ref("base.user_admin")
        ).user_ids = [Command.link(self.manager.id)]
        self.shop.company_id = self.company
        domain = [("id", ">", self.seen)]
        Audit = self.env["acorn.audit"]
        self.assertEqual(
            Audit.with_user(self.manager).search(domain).mapped("model"), ["acorn.shop"]
        )
        self.assertEqual(
            set(Audit.with_user(self.admin).search(domain).mapped("model")),
            {"acorn.shop", "res.groups"},
        )
        with self.assertRaises(AccessError):
            Audit.with_user(self.people["user"]).search(domain)

    def test_managers_read_nothing_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        shop = self.env["acorn.shop"].create(
            {"name": "Far", "channel": "dummy", "company_id": other.id}
        )
        shop.interval = 33
        self.assertTrue(self.told(record_name="Far"))
        domain = [("company_name", "=", "Other")]
        self.assertFalse(self.env["acorn.audit"].with_user(self.manager).search(domain))

    def test_it_is_searched_by_what_people_read_and_grouped(self):
        self.shop.with_user(self.manager).interval = 30
        Audit = self.env["acorn.audit"].with_user(self.manager)
        domain = [("id", ">", self.seen)]
        found = Audit.search([("label", "ilike", "fetch every"), *domain])
        self.assertEqual(found.mapped("field"), ["interval"])
        for name in ("user_name", "model", "shop_name"):
            groups = Audit._read_group(domain, [name], ["__count"])
            self.assertEqual(len(groups), 1)
        self.assertEqual(found.action_open_record()["res_id"], self.shop.id)

    # === NOBODY CHANGES IT === #

    def test_nobody_writes_or_deletes_it_the_superuser_neither(self):
        self.shop.interval = 30
        audit = self.told()
        for user in (self.admin, self.env.ref("base.user_admin"), self.env.user):
            for rows in (audit.with_user(user), audit.with_user(user).sudo()):
                for act in (
                    lambda rows=rows: rows.write({"new": "15"}),
                    lambda rows=rows: setattr(rows, "new", "15"),
                    lambda rows=rows: rows.unlink(),
                ):
                    with self.assertRaises(AccessError):
                        act()

    def test_remote_calls_of_administrators_are_refused(self):
        self.shop.interval = 30
        audit, odoo_admin = self.told(), self.env.ref("base.user_admin")
        for user in (self.admin, odoo_admin, self.env.user):
            model = self.env["acorn.audit"].with_user(user)
            for method, values in (
                ("write", [{"new": "15"}]),
                ("unlink", []),
                ("web_save", [{"new": "15"}, {}]),
            ):
                with self.assertRaises(AccessError):
                    call_kw(model, method, [audit.ids, *values], {})
        values = {"user_name": "x", "model": "acorn.shop", "action": "write"}
        for user in (self.admin, odoo_admin):
            model = self.env["acorn.audit"].with_user(user)
            with self.assertRaises(AccessError):
                call_kw(model, "create", [[values]], {})
        self.assertEqual(self.told().new, "30")

    @mute_logger("odoo.sql_db")
    def test_postgresql_refuses_it_too(self):
        self.shop.interval = 30
        self.env.flush_all()
        for statement in (
            "UPDATE acorn_audit SET new = '15'",
            "DELETE FROM acorn_audit",
            "TRUNCATE acorn_audit",
        ):
            with (
                self.assertRaises(psycopg2.errors.InsufficientPrivilege),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)
        self.assertEqual(self.told().new, "30")

    def test_people_and_shops_it_tells_of_can_be_deleted(self):
        shop = self.env["acorn.shop"].create({"name": "Brief", "channel": "dummy"})
        person = new_test_user(self.env, "leaver", groups="acorn_base.group_admin")
        name = f"{person.name} ({person.login})"
        shop.with_user(person).interval = 30
        shop.unlink()
        person.unlink()
        audit = self.told(field="interval")
        self.assertTold(audit, shop_name="Brief", user_name=name)
