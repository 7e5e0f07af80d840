import base64
import hashlib
import hmac
import logging
import os
import socket
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import BaseCase, new_test_user

from odoo.addons.acorn_base.channel import UTC
from odoo.addons.acorn_base.notify.payloads import Line, build, check
from odoo.addons.acorn_base.notify.post import Answer, NotSent, post

from .catchers import HookCatcher
from .common_alert import AlertCase

SECRET = "SEC-0123456789abcdef"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def line(number="ALR-000001", text="Press Retry."):
    return Line(
        number,
        "error",
        "stream",
        "Garden",
        "Stream: Orders",
        text,
        "https://odoo.example/odoo/shop-alerts/1",
        NOW.isoformat(),
    )


class TestPayloads(BaseCase):
    """What each system is told, and how its answers are read."""

    def test_dingtalk_signs_the_address_as_it_documents(self):
        url = "https://oapi.dingtalk.com/robot/send?access_token=t"
        request = build("dingtalk", url, "Acorn", [line()], SECRET, NOW)
        stamp = str(int(NOW.timestamp() * 1000))
        digest = hmac.new(
            SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256
        ).digest()
        self.assertTrue(request.url.startswith(f"{url}&timestamp={stamp}&sign="))
        sign = base64.b64encode(digest).decode()
        quoted = sign.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
        self.assertTrue(request.url.endswith(quoted))

    def test_long_texts_are_cut_between_alerts_and_say_so(self):
        lines = [line(f"ALR-{n:06}", "老" * 200) for n in range(30)]
        for kind in ("wecom", "dingtalk", "feishu"):
            body = build(kind, "https://x", "Acorn", lines, "", NOW).body.decode()
            self.assertLess(len(body.encode()), 4600)
            self.assertIn("ALR-000000", body)
            self.assertNotIn("ALR-000029", body)
            self.assertIn("… +", body)

    def test_what_was_refused_with_200_is_an_error(self):
        for kind, body in {
            "wecom": b'{"errcode": 93000, "errmsg": "invalid webhook url"}',
            "dingtalk": b'{"errcode": 310000, "errmsg": "sign not match"}',
            "feishu": b'{"code": 19021, "msg": "sign match fail"}',
        }.items():
            with self.assertRaises(NotSent) as caught:
                check(kind, Answer(200, body))
            self.assertEqual(caught.exception.code, "refused")

    def test_any_answer_that_is_not_theirs_is_an_error(self):
        for body in (b"", b"<html>Log in</html>", b"[]", b"null", b'"ok"'):
            with self.assertRaises(NotSent):
                check("wecom", Answer(200, body))
        with self.assertRaises(NotSent):
            check("wecom", Answer(200, b"{}"))
        check("feishu", Answer(200, b'{"StatusCode": 0}'))
        check("generic", Answer(204, b""))
        with self.assertRaises(NotSent):
            check("generic", Answer(302, b""))


class TestPost(BaseCase):
    """The door to the network is narrow."""

    def refused(self, url, **options):
        with self.assertRaises(NotSent) as caught:
            post(url, b"{}", **options)
        self.assertNotIn("token", repr(caught.exception.values))
        return caught.exception.code

    def test_only_https_to_public_addresses(self):
        self.assertEqual(self.refused("http://example.com/token"), "not_https")
        self.assertEqual(self.refused("ftp://example.com/token"), "not_https")
        for host in (
            "127.0.0.1",
            "localhost",
            "10.1.2.3",
            "169.254.169.254",
            "192.168.1.1",
            "[::1]",
            "[::ffff:10.0.0.1]",
            "[fd00::1]",
            "0.0.0.0",
            "100.64.0.1",
        ):
            self.assertEqual(self.refused(f"https://{host}/token"), "private_host")

    def test_addresses_that_are_none_are_refused(self):
        for url in (
            "",
            "token",
            "https://",
            "https://user:pw@example.com/token",
            "https://example.com/to ken",
            "https://example.com:99999/token",
            "https://example.com/tökén",
            "https://example.com/token\r\nHost: evil",
        ):
            self.assertIn(self.refused(url), ("bad_url", "not_https"), url)

    def test_name_that_leads_inside_is_refused_and_no_second_look_up_is_made(self):
        inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443))]
        with patch.object(socket, "getaddrinfo", return_value=inside) as look_up:
            self.assertEqual(self.refused("https://evil.example/"), "private_host")
        self.assertEqual(look_up.call_count, 1)

    def test_redirects_are_not_followed(self):
        with HookCatcher() as robot:
            robot.answers = [(302, {})]
            answer = post(robot.url, b"{}", trusted=("127.0.0.1",))
            self.assertEqual(answer.status, 302)
            self.assertEqual(len(robot.calls), 1)

    def test_nobody_there_is_an_error_with_a_name(self):
        with HookCatcher() as robot:
            url = robot.url
        self.assertEqual(self.refused(url, trusted=("127.0.0.1",)), "no_answer")


class TestWebhook(AlertCase):
    """Alerts in a group chat: once, signed, tried again, and never in the way."""

    def setUp(self):
        super().setUp()
        self.robot = self.enterContext(HookCatcher())
        self.enterContext(
            patch.dict(os.environ, {"ACORN_WEBHOOK_HOSTS": "127.0.0.1, other.lan"})
        )
        self.webhook = self.env["acorn.webhook"].create(
            {
                "name": "Operations",
                "kind": "wecom",
                "url": f"{self.robot.url}send?key=token-of-the-group",
            }
        )

    def alert(self, subject="111-1", severity="error", **values):
        return self.env["acorn.alert"]._raise_alert(
            self.shop, "amended", subject, "Press <Retry>.", severity=severity
        )

    @property
    def delivery(self):
        return self.webhook.delivery_ids[:1]

    def test_each_system_is_told_once_in_its_own_words(self):
        for kind, default, text_of in (
            ("wecom", {"errcode": 0}, lambda said: said["markdown"]["content"]),
            ("dingtalk", {"errcode": 0}, lambda said: said["markdown"]["text"]),
            ("feishu", {"code": 0}, lambda said: said["content"]["text"]),
            ("generic", {}, lambda said: str(said["alerts"])),
        ):
            self.robot.default = default
            self.webhook.kind = kind
            self.robot.calls.clear()
            alert = self.alert(kind)
            self.watch()
            self.alert(kind)
            self.watch()
            [call] = self.robot.calls
            text = text_of(call["json"])
            for word in (alert.number, "Dummy shop", "Press <Retry>."):
                self.assertIn(word, text)
            self.assertEqual(self.delivery.state, "done")
        self.assertFalse(self.webhook.problem)
        self.assertTrue(self.webhook.last_sent)

    def test_signatures_are_those_that_the_systems_check(self):
        self.webhook.signing_secret = SECRET
        self.webhook.kind = "dingtalk"
        self.alert("1")
        self.watch()
        query = self.robot.calls[-1]["query"]
        self.assertEqual(query["key"], "token-of-the-group")
        signed = f"{query['timestamp']}\n{SECRET}".encode()
        self.assertEqual(query["sign"], self.hmac(SECRET.encode(), signed))
        self.webhook.kind, self.robot.default = "feishu", {"code": 0}
        self.alert("2")
        self.watch()
        said = self.robot.calls[-1]["json"]
        key = f"{said['timestamp']}\n{SECRET}".encode()
        self.assertEqual(said["sign"], self.hmac(key, b""))
        self.webhook.kind = "generic"
        self.alert("3")
        self.watch()
        call = self.robot.calls[-1]
        digest = hmac.new(SECRET.encode(), call["raw"], hashlib.sha256).hexdigest()
        self.assertEqual(call["headers"]["X-Acorn-Signature"], f"sha256={digest}")

    def hmac(self, key, message):
        digest = hmac.new(key, message, hashlib.sha256).digest()
        return base64.b64encode(digest).decode()

    def test_failure_is_tried_again_later_and_later_until_it_arrives(self):
        self.robot.answers = [(500, {}), (200, {"errcode": 45009, "errmsg": "freq"})]
        self.alert()
        self.watch()
        self.assertEqual((self.delivery.state, self.delivery.tries), ("pending", 1))
        self.assertIn("500", self.delivery.error)
        with self.later(minutes=4):
            self.watch()
        self.assertEqual(len(self.robot.calls), 1, "not yet")
        with self.later(minutes=6):
            self.watch()
            self.assertIn("45009 freq", self.webhook.problem)
            wait = self.delivery.next_try - fields.Datetime.now()
            self.assertEqual(wait, timedelta(minutes=10))
        with self.later(minutes=17):
            self.watch()
        self.assertEqual(self.delivery.state, "done")
        self.assertFalse(self.webhook.problem)
        self.assertEqual(len(self.robot.calls), 3)

    def test_given_up_after_some_tries_and_told_by_the_other_ways(self):
        self.shop.alarm_minutes = 10000
        self.robot.answers = [(500, {})] * 20
        self.alert()
        for hours in range(30):
            with self.later(hours=hours):
                self.watch()
        [delivery] = self.webhook.delivery_ids
        self.assertEqual((delivery.state, delivery.tries), ("failed", 8))
        self.assertEqual(len(self.robot.calls), 8)
        self.assertEqual(self.alerts("webhook").subject, "Operations")
        self.assertEqual(len(self.mails()), 2)
        self.robot.answers = []
        delivery.action_retry()
        with self.later(hours=31):
            self.watch()
        self.assertEqual(delivery.state, "done")
        self.assertFalse(self.alerts("webhook"))

    def test_only_what_it_is_meant_for(self):
        other = self.env["acorn.shop"].create({"name": "Other", "channel": "dummy"})
        self.webhook.severity = "error"
        self.alert("1", "warning")
        self.watch()
        self.assertFalse(self.robot.calls)
        self.webhook.shop_ids = other
        self.alert("2")
        self.watch()
        self.assertFalse(self.robot.calls)
        self.webhook.shop_ids = False
        self.webhook.company_id = self.env["res.company"].create({"name": "Foreign"})
        self.alert("3")
        self.watch()
        self.assertFalse(self.robot.calls)

    def test_many_alerts_are_one_message(self):
        for n in range(30):
            self.alert(str(n))
        self.watch()
        [call] = self.robot.calls
        self.assertIn("30 alerts", call["json"]["markdown"]["content"])

    def test_dead_webhook_hinders_neither_mail_nor_the_watch(self):
        with HookCatcher() as gone:
            self.webhook.url = gone.url
        self.alert()
        self.watch()
        self.assertEqual(len(self.mails()), 1)
        self.assertIn("Nobody answered", self.webhook.problem)

    def test_administrator_tries_it_out(self):
        chief = new_test_user(self.env, "chief", groups="acorn_base.group_admin")
        action = self.webhook.with_user(chief).action_test()
        self.assertEqual(action["params"]["type"], "success")
        self.assertIn("test from chief", str(self.robot.calls[0]["json"]))
        self.robot.answers = [(200, {"errcode": 93000, "errmsg": "invalid webhook"})]
        action = self.webhook.with_user(chief).action_test()
        self.assertIn("93000 invalid webhook", action["params"]["message"])
        self.webhook.url = "http://192.168.0.1/hook"
        action = self.webhook.with_user(chief).action_test()
        self.assertIn("Only https", action["params"]["message"])
        self.webhook.url = "https://192.168.0.1/hook"
        action = self.webhook.with_user(chief).action_test()
        self.assertIn("ACORN_WEBHOOK_HOSTS", action["params"]["message"])

    def test_address_is_for_administrators_and_its_text_for_nobody(self):
        for group in ("user", "manager"):
            user = new_test_user(self.env, group, groups=f"acorn_base.group_{group}")
            for record in (self.webhook, self.webhook.delivery_ids):
                with self.assertRaises(AccessError):
                    record.with_user(user).search([])
        chief = new_test_user(self.env, "chief", groups="acorn_base.group_admin")
        mine = self.webhook.with_user(chief)
        shown = mine.read(["url", "url_mask", "signing_secret"])
        self.assertNotIn("token", repr(shown))
        with self.assertRaises(AccessError):
            mine.read(["url_sealed"])
        self.alert()
        self.watch()
        with self.assertRaises(AccessError):
            self.delivery.with_user(chief).write({"state": "done"})

    def test_each_of_two_secrets_is_changed_alone(self):
        self.webhook.signing_secret = SECRET
        self.webhook.url = f"{self.robot.url}send?key=another-token-of-theirs"
        self.assertEqual(self.webhook._open_secret("signing_secret"), SECRET)
        self.webhook.signing_secret = False
        self.assertIn("another-token", self.webhook._open_secret("url"))
        self.assertFalse(self.webhook.signing_secret)

    def test_log_tells_no_address(self):
        self.robot.answers = [(500, {}), (302, {})]
        self.webhook.signing_secret = SECRET
        with (
            self.assertLogs(level="DEBUG") as logs,
            patch.object(logging.getLogger("odoo"), "level", logging.DEBUG),
        ):
            logging.getLogger("odoo").debug("begin")
            self.alert()
            self.watch()
            self.webhook.action_test()
        told = "\n".join(logs.output) + str(self.webhook.problem)
        self.assertNotIn("token-of-the-group", told)
        self.assertNotIn(SECRET, told)

    def test_old_messages_are_thrown_away(self):
        self.alert()
        self.watch()
        delivery = self.delivery
        with self.later(days=29):
            self.env["acorn.webhook.delivery"]._gc_old()
        self.assertTrue(delivery.exists())
        with self.later(days=31):
            self.env["acorn.webhook.delivery"]._gc_old()
        self.assertFalse(delivery.exists())
