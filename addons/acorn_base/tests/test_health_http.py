import csv
import io
import json
import re
import zipfile
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..controllers import health
from .common_health import HealthCase

LINE = re.compile(r'^[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+]+$')


@tagged("post_install", "-at_install")
class TestMonitors(HealthCase, HttpCase):
    """What monitors get without a login."""

    def setUp(self):
        super().setUp()
        self.token, known = health.make_token()
        self.env["ir.config_parameter"].set_param(health.TOKEN_PARAMETER, known)

    def ask(self, path, token=None, method="GET"):
        health._answers.clear()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.url_open(path, headers=headers, method=method)

    def silence(self):
        crons = self.env["ir.cron"].search(self.env["acorn.watch"]._cron_domain())
        crons.nextcall = fields.Datetime.now() - timedelta(minutes=20)

    def test_plain_state_is_a_word_without_any_detail(self):
        answer = self.ask("/acorn/health")
        self.assertEqual((answer.status_code, answer.json()), (200, {"status": "ok"}))
        self.break_orders()
        answer = self.ask("/acorn/health")
        self.assertEqual(
            (answer.status_code, answer.json()), (503, {"status": "failing"})
        )
        self.assertFalse(answer.cookies)

    def test_scheduled_actions_that_do_not_run_are_a_failure(self):
        self.silence()
        self.assertEqual(self.ask("/acorn/health").status_code, 503)

    def test_token_gives_the_streams_and_what_is_wrong(self):
        self.break_orders()
        answer = self.ask("/acorn/health", self.token)
        self.assertEqual(answer.status_code, 503)
        [shop] = [s for s in answer.json()["shops"] if s["id"] == self.shop.id]
        self.assertEqual(shop["name"], "Dummy shop")
        self.assertIn("stream", [finding["reason"] for finding in shop["findings"]])
        orders = [s for s in shop["streams"] if s["kind"] == "order"]
        self.assertEqual((orders[0]["state"], orders[0]["failures"]), ("closed", 1))

    def test_wrong_token_gets_what_everybody_gets(self):
        for token in ("wrong", self.token[:-1], ""):
            self.assertEqual(self.ask("/acorn/health", token).json(), {"status": "ok"})
            answer = self.ask("/acorn/metrics", token)
            self.assertEqual(answer.status_code, 401)
            self.assertNotIn("acorn_", answer.text)
        self.env["ir.config_parameter"].set_param(health.TOKEN_PARAMETER, "")
        self.assertEqual(self.ask("/acorn/metrics", "").status_code, 401)
        self.assertEqual(self.ask("/acorn/metrics", self.token).status_code, 401)

    def test_new_token_is_shown_once_and_the_one_before_opens_nothing(self):
        admin = self.user("base.group_system,acorn_base.group_admin")
        Settings = self.env["res.config.settings"].with_user(admin)
        action = Settings.create({}).action_acorn_new_monitor_token()
        token = action["params"]["message"]
        self.assertEqual(self.ask("/acorn/metrics", self.token).status_code, 401)
        self.assertEqual(self.ask("/acorn/metrics", token).status_code, 200)
        self.assertTrue(Settings.create({}).acorn_has_monitor_token)

    def test_only_odoo_s_administrators_make_tokens(self):
        admin = self.user("acorn_base.group_admin")
        Settings = self.env["res.config.settings"].with_user(admin)
        with self.assertRaises(AccessError):
            Settings.action_acorn_new_monitor_token()

    def test_token_itself_is_not_in_the_database(self):
        kept = self.env["ir.config_parameter"].get_param(health.TOKEN_PARAMETER)
        self.assertNotIn(self.token, kept)

    def test_prometheus_reads_the_figures(self):
        self.apply()
        self.place(self.line(sku="NOBODY-KNOWS"))
        self.drain()
        self.call("getThings", status=200)
        answer = self.ask("/acorn/metrics", self.token)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("version=0.0.4", answer.headers["Content-Type"])
        for line in answer.text.splitlines():
            if not line.startswith("#"):
                self.assertRegex(line, LINE)
        shop = f'shop="Dummy shop",shop_id="{self.shop.id}"'
        for line in (
            f"acorn_shop_up{{{shop}}} 1",
            f'acorn_messages{{{shop},state="failed"}} 1',
            f'acorn_stream_failures{{{shop},stream="order",site=""}} 0',
            f'acorn_stream_applied_last_hour{{{shop},stream="order",site=""}} 1',
            f'acorn_calls_last_hour{{{shop},operation="getThings",status="200"}} 1',
            "acorn_server_errors 0",
        ):
            self.assertIn(line, answer.text.splitlines())
        self.assertIn("acorn_stream_last_success_timestamp_seconds{", answer.text)

    def test_only_reading_is_answered(self):
        self.assertEqual(self.ask("/acorn/health", method="HEAD").text, "")
        for method in ("POST", "PUT", "DELETE"):
            answer = self.ask("/acorn/health", method=method)
            self.assertEqual(answer.status_code, 405)

    def test_answer_is_given_again_for_some_seconds(self):
        self.assertEqual(self.ask("/acorn/health").status_code, 200)
        self.break_orders()
        self.assertEqual(self.url_open("/acorn/health").status_code, 200)
        self.assertEqual(self.ask("/acorn/health").status_code, 503)


@tagged("post_install", "-at_install")
class TestSupportFile(HealthCase, HttpCase):
    """What support gets of a shop: nothing secret, and nobody's name."""

    def download(self, group):
        user = self.user(group)
        user.password = "sees it all"
        self.authenticate(user.login, "sees it all")
        return self.url_open(self.shop.action_support_file()["url"])

    def files(self):
        answer = self.download("acorn_base.group_admin")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("acorn-Dummy-shop-", answer.headers["Content-Disposition"])
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}

    def test_file_holds_log_versions_and_settings(self):
        self.call("getThings", status=503, reference="req-9", code="down")
        self.place(self.line(sku="NOBODY-KNOWS"))
        self.drain()
        files = self.files()
        [call] = csv.DictReader(io.StringIO(files["calls.csv"]))
        self.assertEqual((call["status"], call["reference"]), ("503", "req-9"))
        [failed] = csv.DictReader(io.StringIO(files["failed_messages.csv"]))
        self.assertEqual(failed["number"][:4], "MSG-")
        versions = json.loads(files["versions.json"])
        self.assertIn("acorn_base", versions["addons"])
        self.assertRegex(versions["postgresql"], r"^\d+")
        self.assertIn("cryptography", versions["packages"])
        shop = json.loads(files["shop.json"])
        self.assertEqual(shop["settings"]["name"], "Dummy shop")
        self.assertEqual(len(shop["sites"]), 4)
        self.assertIn("Acorn: lane 1", files["scheduled_actions.csv"])

    def test_no_buyer_is_named_in_it(self):
        sale = self.apply()
        self.place(self.line(sku="NOBODY-KNOWS"))
        self.drain()
        self.shop.stream_ids[0].error = "Refused for ada1@example.com"
        text = "".join(self.files().values()).lower()
        for word in ("lovelace", "main st", "98101", "ada1@", "example.com"):
            self.assertNotIn(word, text)
        self.assertIn("Ada", sale.partner_id.name)

    @mute_logger("odoo.http")
    def test_only_administrators_download_it(self):
        for group in ("acorn_base.group_manager", "base.group_user"):
            answer = self.download(group)
            self.assertNotEqual(answer.status_code, 200)
            self.assertNotIn(b"PK", answer.content[:2])
