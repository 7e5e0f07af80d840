import json
from unittest.mock import patch
from xmlrpc.client import Fault

from cryptography.fernet import Fernet

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.acorn_base.models.acorn_secret_mixin import DOTS
from odoo.addons.acorn_base.tests.common import SecretKeyMixin, UnscopedMixin

CLIENT_SECRET = "amzn1.oa2-cs.v1.0123456789abcdef-client-secret-9876"
REFRESH_TOKEN = "Atzr|IwEBIA0123456789abcdef-refresh-token-4321"
SECRETS = (CLIENT_SECRET, REFRESH_TOKEN)
# What reads the plain text is out of reach of every kind of remote call.
PRIVATE = ("_open_secret", "_channel_account", "_channel", "_amazon_check_complete")
ACCESS_LOGGERS = (
    "odoo.addons.base.models.ir_access",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
)
XMLRPC_LOGGER = "odoo.addons.rpc.controllers.xmlrpc"  # deprecated, and still served
CLOSED = {
    "acorn.shop": ["amazon_refresh_token_sealed"],
    "acorn.amazon.app": ["client_secret_sealed", "earlier_secret_sealed"],
    "acorn.amazon.token": ["token_sealed"],
}


class CredentialsCase(SecretKeyMixin, UnscopedMixin):
    """A shop on Amazon whose credentials were entered, and people of each group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.app = cls.env["acorn.amazon.app"].create(
            {
                "name": "Private app",
                "client_id": "amzn1.application-oa2-client.0123456789",
                "client_secret": CLIENT_SECRET,
            }
        )
        cls.shop = cls.env["acorn.shop"].create(
            {
                "name": "Garden US",
                "channel": "amazon",
                "amazon_app_id": cls.app.id,
                "amazon_region": "na",
                "amazon_seller_id": "A2GARDENUS0001",
                "amazon_refresh_token": REFRESH_TOKEN,
            }
        )
        cls.user, cls.manager, cls.admin, cls.system = cls.people = [
            new_test_user(
                cls.env,
                login=f"acorn_{name}",
                # All may export: it is not what keeps the secrets.
                groups=f"base.group_allow_export,{groups}",
            )
            for name, groups in {
                "user": "acorn_base.group_user",
                "manager": "acorn_base.group_manager",
                "admin": "acorn_base.group_admin",
                "system": "acorn_base.group_admin,base.group_system",
            }.items()
        ]

    def assertTellsNothing(self, *values):
        """Assert that neither a secret nor what is stored for it is in the values."""
        text = repr(values) + json.dumps(values, default=repr, ensure_ascii=False)
        for secret in (*SECRETS, *self.sealed()):
            self.assertNotIn(secret, text)

    def sealed(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT amazon_refresh_token_sealed FROM acorn_shop"
            " WHERE amazon_refresh_token_sealed IS NOT NULL UNION "
            "SELECT client_secret_sealed FROM acorn_amazon_app"
            " WHERE client_secret_sealed IS NOT NULL"
        )
        return [row[0] for row in self.env.cr.fetchall()]


@tagged("post_install", "-at_install")
class TestCredentials(CredentialsCase, TransactionCase):
    # === WHAT IS KEPT === #

    def test_what_is_stored_is_encrypted(self):
        self.env.flush_all()
        for table in ("acorn_shop", "acorn_amazon_app"):
            self.env.cr.execute(SQL("SELECT t::text FROM %s t", SQL.identifier(table)))
            rows = repr(self.env.cr.fetchall())
            for secret in SECRETS:
                self.assertNotIn(secret, rows)
        self.assertEqual(len(self.sealed()), 2)

    def test_the_channel_gets_the_plain_text(self):
        account = self.shop.with_user(self.user)._channel_account()
        self.assertEqual(account.client_secret, CLIENT_SECRET)
        self.assertEqual(account.refresh_token, REFRESH_TOKEN)

    def test_the_last_characters_are_shown(self):
        app, shop = self.app.with_user(self.admin), self.shop.with_user(self.admin)
        self.assertEqual(app.client_secret, "••••9876")
        self.assertEqual(shop.amazon_refresh_token, "••••4321")

    def test_nothing_of_a_short_secret_is_shown(self):
        self.shop.amazon_refresh_token = "Atzr|short"
        self.assertEqual(self.shop.amazon_refresh_token, "••••")

    def test_the_mask_written_back_changes_nothing(self):
        before = self.sealed()
        self.shop.amazon_refresh_token = self.shop.amazon_refresh_token
        self.app.write({"client_secret": "••••9876", "name": "Renamed"})
        self.assertEqual(self.sealed(), before)

    def test_a_value_typed_behind_the_mask_is_refused(self):
        with self.assertRaisesRegex(UserError, "Empty the field Amazon Refresh Token"):
            self.shop.amazon_refresh_token = "••••4321Atzr|new"

    def test_an_empty_value_clears(self):
        self.shop.amazon_refresh_token = ""
        self.assertFalse(self.shop.amazon_refresh_token)
        self.assertFalse(self.shop.sudo().amazon_refresh_token_sealed)

    def test_the_audit_trail_tells_who_entered_what_ends_how(self):
        audits = self.env["acorn.audit"]
        start = audits.search([], limit=1).id
        app, shop = self.app.with_user(self.admin), self.shop.with_user(self.admin)
        app.client_secret = "amzn1.oa2-cs.v1.another-client-secret-5555"
        shop.amazon_refresh_token = "Atzr|IwEBIAanother-refresh-token-6666"
        shop.amazon_seller_id = "A2GARDENUS0002"
        secret, token, seller = audits.search([("id", ">", start)], order="id")
        self.assertEqual(
            [(a.label, a.old, a.new) for a in (secret, token, seller)],
            [
                ("Client Secret", DOTS + "9876", DOTS + "5555"),
                ("Amazon Refresh Token", DOTS + "4321", DOTS + "6666"),
                ("Seller ID", "A2GARDENUS0001", "A2GARDENUS0002"),
            ],
        )
        self.assertEqual(secret.user_name, f"{self.admin.name} ({self.admin.login})")
        shown = audits.search([("id", ">", start)]).read()
        self.assertTellsNothing(shown)
        self.assertNotIn("refresh-token", repr(shown))
        told = audits.with_user(self.manager).search([("id", ">", start)])
        self.assertNotIn(secret, told, "apps are administrators'; managers connect")
        self.assertTellsNothing(told.read())

    def test_blanks_around_a_pasted_value_are_dropped(self):
        self.shop.amazon_refresh_token = f"  {REFRESH_TOKEN}-2\n"
        self.assertEqual(
            self.shop._open_secret("amazon_refresh_token"), f"{REFRESH_TOKEN}-2"
        )

    def test_a_copy_has_no_secrets(self):
        for copy in (self.app.copy(), self.shop.copy()):
            for name in CLOSED[copy._name]:
                self.assertFalse(copy.sudo()[name])
        self.assertFalse(self.app.copy().secret_expires_on)

    def test_without_a_key_nothing_is_stored_and_the_reason_is_told(self):
        with (
            patch.dict(
                "os.environ", {"ACORN_SECRET_KEY": "", "ACORN_SECRET_KEY_FILE": ""}
            ),
            self.assertRaisesRegex(UserError, "Set ACORN_SECRET_KEY") as raised,
        ):
            self.shop.amazon_refresh_token = f"{REFRESH_TOKEN}-2"
        self.assertTellsNothing(str(raised.exception))

    def test_with_another_key_the_reason_is_told_on_the_shop(self):
        with patch.dict(
            "os.environ", {"ACORN_SECRET_KEY": Fernet.generate_key().decode()}
        ):
            notification = self.shop.with_user(self.manager).action_check_connection()
        self.assertEqual(notification["params"]["type"], "danger")
        self.assertIn("enter the secret again", self.shop.problem)

    # === ROTATION === #

    def test_a_secret_expires_180_days_after_it_was_entered(self):
        today = fields.Date.today()
        self.assertEqual((self.app.secret_expires_on - today).days, 180)

    def test_the_day_of_expiry_can_be_entered_with_the_secret(self):
        self.app.write(
            {"client_secret": f"{CLIENT_SECRET}-2", "secret_expires_on": "2031-01-02"}
        )
        self.env.flush_all()
        self.assertEqual(self.app.secret_expires_on, fields.Date.to_date("2031-01-02"))

    def test_an_app_is_entered_and_its_secret_renewed_in_the_form(self):
        with Form(self.env["acorn.amazon.app"].with_user(self.admin)) as form:
            form.name = "Another app"
            form.client_id = "amzn1.application-oa2-client.2"
            form.client_secret = CLIENT_SECRET
        app = form.record
        self.assertEqual((app.secret_expires_on - fields.Date.today()).days, 180)
        app.secret_expires_on = fields.Date.today()
        with Form(app) as form:
            self.assertEqual(form.client_secret, "••••9876")
            form.name = "Renamed"
        self.assertEqual(app.secret_expires_on, fields.Date.today())
        with Form(app) as form:
            form.client_secret = f"{CLIENT_SECRET}-2"
        self.assertEqual((app.secret_expires_on - fields.Date.today()).days, 180)
        self.assertEqual(app._open_secret("client_secret"), f"{CLIENT_SECRET}-2")

    def test_the_earlier_secret_can_be_restored(self):
        self.app.client_secret = "a wrong secret, pasted by mistake"
        self.app.with_user(self.admin).action_restore_secret()
        self.assertEqual(self.app._open_secret("client_secret"), CLIENT_SECRET)
        self.assertEqual((self.app.secret_expires_on - fields.Date.today()).days, 7)

    def test_the_earlier_secret_is_dropped_after_a_week(self):
        self.app.client_secret = f"{CLIENT_SECRET}-2"
        self.app.earlier_secret_until = fields.Datetime.subtract(
            fields.Datetime.now(), days=1
        )
        self.app._gc_earlier_secrets()
        self.assertFalse(self.app.sudo().earlier_secret_sealed)

    def test_a_cleared_secret_is_not_kept_as_earlier(self):
        self.app.client_secret = False
        self.assertFalse(self.app.sudo().earlier_secret_sealed)
        self.assertEqual(len(self.sealed()), 1)

    # === WHO MAY === #

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.orm.models")
    def test_only_those_who_connect_shops_see_the_credentials(self):
        with self.assertRaises(AccessError):
            self.app.with_user(self.user).read(["name"])
        with self.assertRaises(AccessError):
            self.env["acorn.amazon.app"].with_user(self.user).name_search("Private")
        for name in ("amazon_app_id", "amazon_seller_id", "amazon_refresh_token"):
            with self.assertRaises(AccessError):
                self.shop.with_user(self.user).read([name])
            with self.assertRaises(AccessError):
                self.shop.with_user(self.user).write({name: False})
        self.assertTrue(self.shop.with_user(self.admin).read(["amazon_seller_id"]))

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.orm.models")
    def test_a_manager_connects_a_shop_in_the_name_of_an_app_of_an_administrator(self):
        App = self.env["acorn.amazon.app"].with_user(self.manager)
        self.assertEqual(App.name_search("Private")[0][0], self.app.id)
        with Form(self.env["acorn.shop"].with_user(self.manager)) as form:
            form.name = "Garden EU"
            form.channel = "amazon"
            form.amazon_app_id = self.app.with_user(self.manager)
            form.amazon_region = "eu"
            form.amazon_seller_id = "A2GARDENEU0001"
            form.amazon_refresh_token = f"{REFRESH_TOKEN}-2"
        account = form.record._channel_account()
        self.assertEqual(account.client_secret, CLIENT_SECRET)
        self.assertEqual(account.refresh_token, f"{REFRESH_TOKEN}-2")
        for name in ("client_id", "client_secret", "client_secret_mask"):
            with self.assertRaises(AccessError):
                self.app.with_user(self.manager).read([name])
        with self.assertRaises(AccessError):
            self.app.with_user(self.manager).write({"name": "Mine"})

    def test_apps_of_other_companies_are_not_seen(self):
        other = (
            self.env["res.company"]
            .with_context(install_mode=True)
            .create({"name": "Other"})
        )
        App = self.env["acorn.amazon.app"].with_user(self.admin)
        self.assertIn(self.app, App.search([]), "an app without a company is for all")
        self.app.company_id = other
        self.assertNotIn(self.app, App.search([]))

    # === ROUTES BY WHICH A SECRET MIGHT GET OUT === #

    def test_nobody_reads_closed_columns(self):
        self.env["acorn.amazon.token"].create(
            {"key": "k", "token_sealed": "x", "expires_at": "2031-01-01"}
        )
        for person in self.people:
            for model, names in CLOSED.items():
                for name in names:
                    self.assertClosed(self.env[model].with_user(person), name)

    @mute_logger("odoo.orm.models", *ACCESS_LOGGERS)
    def assertClosed(self, Model, name):
        record = Model.sudo().search([], limit=1).with_env(Model.env)
        routes = {
            "read": lambda: record.read([name]),
            "attribute": lambda: record[name],
            "mapped": lambda: record.mapped(name),
            "filtered": lambda: record.filtered(name),
            "search_read": lambda: Model.search_read([], [name]),
            "read_group": lambda: Model._read_group([], [name]),
            "formatted_read_group": lambda: Model.formatted_read_group(
                [], [name], ["__count"]
            ),
            "aggregate": lambda: Model._read_group([], [], [f"{name}:count_distinct"]),
            "array": lambda: Model._read_group([], [], [f"{name}:array_agg"]),
            "export": lambda: record.export_data([name]),
            "web_read": lambda: record.web_read({name: {}}),
            "web_search_read": lambda: Model.web_search_read([], {name: {}}),
            "search =": lambda: Model.search([(name, "=", record.sudo()[name])]),
            "search like": lambda: Model.search([(name, "like", "%")]),
            "search set": lambda: Model.search([(name, "!=", False)]),
            "count": lambda: Model.search_count([(name, ">", " ")]),
            "order": lambda: Model.search([], order=name),
            "onchange": lambda: record.onchange({}, [], {name: {}}),
            "default_get": lambda: Model.default_get([name]),
            "fields_get": lambda: Model.fields_get([name]),
            "write": lambda: record.write({name: "x"}),
            "create": lambda: Model.create({name: "x"}),
            "load": lambda: Model.load([name], [["x"]])["ids"],
        }
        for route, go in routes.items():
            login = Model.env.user.login
            with self.subTest(model=Model._name, field=name, route=route, login=login):
                self.assertTrue(self.is_refused(go))

    def is_refused(self, go):
        """Whether a route ends in an error of access, or with nothing at all."""
        try:
            with self.env.cr.savepoint():
                found = go()
        except (AccessError, KeyError):
            return True
        return not found

    @mute_logger("odoo.orm.models", *ACCESS_LOGGERS)
    def test_no_route_of_the_public_fields_gives_a_secret(self):
        for person in self.people:
            for record, name in (
                (self.shop.with_user(person), "amazon_refresh_token"),
                (self.app.with_user(person), "client_secret"),
            ):
                self.assertTellsNothing(*self.try_public_routes(record, name))

    def try_public_routes(self, record, name):
        """Return what each route gives, an error's text included."""
        Model = record.browse()
        secret = SECRETS[name == "amazon_refresh_token"]
        routes = (
            lambda: record.read(),
            lambda: record.read([name]),
            lambda: Model.search_read([], [name]),
            lambda: record.web_read({name: {}, "display_name": {}}),
            lambda: Model.web_search_read([], {name: {}}),
            lambda: Model.formatted_read_group([], [name], ["__count"]),
            lambda: Model.search([(name, "=", secret)]).ids,
            lambda: Model.search([(name, "like", secret[:9])]).ids,
            lambda: Model.name_search(secret),
            lambda: record.export_data([name, "id", ".id"]),
            lambda: record.onchange({}, [], {name: {}}),
            lambda: record.onchange({name: "typed"}, [name], {"display_name": {}}),
            lambda: record.copy_data(),
            lambda: Model.default_get([name]),
            lambda: Model.fields_get([name]),
            lambda: record.get_metadata(),
            lambda: record.web_save({name: secret}, {name: {}}),
            lambda: record.web_save({name: f"{DOTS}..."}, {name: {}}),
            lambda: Model.web_save(
                {**record.sudo().copy_data()[0], name: secret}, {name: {}}
            ),
        )
        results = []
        for go in routes:
            try:
                with self.env.cr.savepoint():
                    results.append(go())
                    # As read again in the same request.
                    results.append(Model.search([]).mapped(name))
            except (UserError, ValueError, KeyError) as error:
                results.append(str(error))
        return results

    def test_what_was_entered_is_not_in_the_cache_afterwards(self):
        app = self.env["acorn.amazon.app"].with_user(self.admin)
        app = app.create(
            {"name": "x", "client_id": "x", "client_secret": CLIENT_SECRET}
        )
        self.assertEqual(app.client_secret, "••••9876")
        app.client_secret = f"{CLIENT_SECRET}-1234"
        self.assertEqual(app.client_secret, "••••1234")

    def test_a_related_field_of_an_inquisitive_administrator_shows_the_mask(self):
        for name in ("amazon_refresh_token", "amazon_refresh_token_sealed"):
            self.env["ir.model.fields"].with_user(self.system).create(
                {
                    "name": f"x_{name}",
                    "field_description": name,
                    "model_id": self.env["ir.model"]._get_id("acorn.site"),
                    "ttype": "text" if name.endswith("sealed") else "char",
                    "related": f"shop_id.{name}",
                    "store": False,
                }
            )
        site = self.env["acorn.site"].create(
            {
                "shop_id": self.shop.id,
                "name": "Amazon.com",
                "code": "US",
                "channel_ref": "ATVPDKIKX0DER",
                "currency_id": self.env.ref("base.USD").id,
            }
        )
        for person in self.people:
            mine = site.with_user(person)
            self.assertTrue(
                self.is_refused(lambda: mine.x_amazon_refresh_token_sealed)  # noqa: B023
            )
        self.assertEqual(site.x_amazon_refresh_token, "••••4321")

    def test_the_chatter_tells_nothing(self):
        shop = self.shop.with_user(self.admin)
        shop.write(
            {"amazon_refresh_token": f"{REFRESH_TOKEN}-2", "amazon_region": "eu"}
        )
        self.env.flush_all()
        self.env.cr.precommit.run()
        messages = self.shop.message_ids
        self.assertIn("eu", repr(messages.tracking_value_ids.read()).lower())
        self.assertTellsNothing(messages.read(), messages.tracking_value_ids.read())
        self.assertNotIn("••••", repr(messages.tracking_value_ids.read()))

    def test_the_account_shows_no_secret_in_a_traceback(self):
        account = self.shop._channel_account()
        for secret in SECRETS:
            self.assertNotIn(secret, f"{account!r} {account}")


@tagged("post_install", "-at_install")
class TestCredentialsOverHttp(CredentialsCase, HttpCase):
    """The same over the wire: what a program with a person's key or password gets."""

    def setUp(self):
        super().setUp()
        self.people_passwords = {
            person: f"{person.login} 12345" for person in self.people
        }
        for person, password in self.people_passwords.items():
            person.password = password

    @mute_logger("odoo.http", "odoo.orm.models", *ACCESS_LOGGERS)
    def test_json2_gives_no_secret(self):
        for person in self.people:
            key = (
                self.env["res.users.apikeys"]
                .with_user(person)
                ._generate(
                    "rpc", "test", fields.Datetime.add(fields.Datetime.now(), hours=1)
                )
            )
            answers = [
                self.json2(key, model, method, **arguments)
                for model, method, arguments in self.calls()
            ]
            self.assertTellsNothing(*answers)
            self.assertMaskFor(person, answers)

    def assertMaskFor(self, person, answers):
        """Assert that the calls arrived: people got the ends that they may see.

        Managers connect shops, administrators keep the apps' secrets.
        """
        keeps_apps = person in (self.admin, self.system)
        connects = keeps_apps or person == self.manager
        self.assertEqual(connects, "4321" in repr(answers))
        self.assertEqual(keeps_apps, "9876" in repr(answers))

    def json2(self, key, model, method, **arguments):
        answer = self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps(arguments),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {key}",
            },
        )
        return answer.text

    def calls(self):
        """Yield calls that ask for the secrets by name, and for everything."""
        for record, public in (
            (self.shop, "amazon_refresh_token"),
            (self.app, "client_secret"),
        ):
            model, ids = record._name, record.ids
            for name in (public, *CLOSED[model]):
                yield model, "read", {"ids": ids, "fields": [name]}
                yield model, "search_read", {"domain": [], "fields": [name]}
                yield model, "search_count", {"domain": [[name, "like", "g%"]]}
                yield model, "export_data", {"ids": ids, "fields_to_export": [name]}
                yield model, "web_read", {"ids": ids, "specification": {name: {}}}
                yield (
                    model,
                    "formatted_read_group",
                    {"domain": [], "groupby": [name], "aggregates": ["__count"]},
                )
            yield model, "read", {"ids": ids}
            yield model, "copy_data", {"ids": ids}
            for method in PRIVATE:
                yield model, method, {"ids": ids}

    @mute_logger("odoo.http", "odoo.orm.models", XMLRPC_LOGGER, *ACCESS_LOGGERS)
    def test_xmlrpc_gives_no_secret(self):
        for person, password in self.people_passwords.items():
            answers = []
            for model, method, arguments in self.calls():
                ids = arguments.pop("ids", None)
                try:
                    answer = self.xmlrpc_object.execute_kw(
                        self.env.cr.dbname,
                        person.id,
                        password,
                        model,
                        method,
                        [] if ids is None else [ids],
                        arguments,
                    )
                except Fault as fault:
                    answer = fault.faultString
                answers.append(answer)
            self.assertTellsNothing(*answers)
            self.assertMaskFor(person, answers)

    @mute_logger("odoo.http", "odoo.orm.models", *ACCESS_LOGGERS)
    def test_the_web_client_gets_no_secret(self):
        for person, password in self.people_passwords.items():
            self.authenticate(person.login, password)
            answers = []
            for model, method, arguments in self.calls():
                ids = arguments.pop("ids", None)
                answer = self.opener.post(
                    f"{self.base_url()}/web/dataset/call_kw/{model}/{method}",
                    json={
                        "id": 0,
                        "jsonrpc": "2.0",
                        "method": "call",
                        "params": {
                            "model": model,
                            "method": method,
                            "args": [] if ids is None else [ids],
                            "kwargs": arguments,
                        },
                    },
                )
                answers.append(answer.text)
            self.assertTellsNothing(*answers)
            self.assertMaskFor(person, answers)
