import logging
import os
from decimal import Decimal
from operator import methodcaller
from unittest.mock import patch

import httpx

from odoo.addons.acorn_base.channel import AccountProblem, Refused, RetryLater

from ..spapi import orders, reports, sellers
from ..spapi.gateway import Gateway
from ..spapi.token import Tokens
from .common_pure import DE, FR, TOKEN, PureCase, Reply, ScriptCase

QUERY = {"lastUpdatedAfter": "2026-11-20T00:00:00Z", "marketplaceIds": [DE, FR]}
DENIED = {"errors": [{"code": "Unauthorized", "message": "Denied.", "details": ""}]}
STALE = {
    "errors": [
        {
            "code": "Unauthorized",
            "message": "Access to requested resource is denied.",
            "details": "The access token you provided has expired.",
        }
    ]
}
CONFIRMATION = {"marketplaceId": DE, "packageDetail": {"packageReferenceId": "1"}}
READS = (
    lambda gateway: orders.search(gateway, QUERY),
    lambda gateway: orders.get(gateway, "302-1"),
    sellers.participations,
    lambda gateway: reports.create(gateway, "REPORT", [DE]),
    lambda gateway: reports.get(gateway, "7"),
    lambda gateway: reports.text(gateway, "doc", "cp1252"),
)


class TestGateway(ScriptCase):
    def setUp(self):
        super().setUp()
        self.gateway = self.channel()._gateway

    def confirm(self, gateway=None):
        return orders.confirm_shipment(gateway or self.gateway, "302-1", CONFIRMATION)

    def patient(self, seconds):
        """Return a gateway that waits so many seconds for an answer."""
        tokens = Tokens(self.account, self.amazon.url, self.store, lambda: self.clock)
        throttle = self.channel()._throttle
        return Gateway(
            self.amazon.url, tokens, throttle, timeout=httpx.Timeout(seconds)
        )

    def assertLater(self, code, call, *, unknown=False):
        with self.assertRaises(RetryLater) as caught:
            call()
        self.assertEqual(caught.exception.code, code, str(caught.exception))
        self.assertIs(caught.exception.unknown_outcome, unknown)
        return caught.exception

    # === ANSWERS THAT ARE NONE === #

    def test_an_answer_without_what_the_model_requires_is_never_nothing(self):
        for read in READS:
            for body in (
                b"",
                b"{}",
                b"[]",
                b"null",
                b"<html>",
                b'{"orders": ',
                b"\xff",
            ):
                with self.subTest(read, body=body):
                    self.buckets.clear()
                    self.amazon.say(Reply(body))
                    self.assertLater("bad_answer", lambda read=read: read(self.gateway))

    def test_what_is_required_has_its_type(self):
        for body in ({"orders": None}, {"orders": {}}, {"orders": "none"}):
            self.amazon.say(Reply(body))
            self.assertLater("bad_answer", lambda: orders.search(self.gateway, QUERY))

    def test_errors_beside_status_200_are_told(self):
        self.amazon.say(Reply({"errors": [{"code": "X", "message": "Half of it"}]}))
        error = self.assertLater("bad_answer", lambda: READS[0](self.gateway))
        self.assertIn("Half of it", str(error))

    def test_the_status_is_looked_at_whatever_the_body(self):
        for status, body, kind, code in (
            (503, b"<html>busy</html>", RetryLater, "amazon_down"),
            (500, b"", RetryLater, "amazon_down"),
            (500, b'{"orders": []}', RetryLater, "amazon_down"),
            (403, b'{"message": "Forbidden"}', AccountProblem, "missing_role"),
            (429, b'{"message": "Too Many Requests"}', RetryLater, "throttled"),
            (404, b"", Refused, "not_found"),
            (400, b'{"orders": []}', Refused, "refused"),
            (302, b"", RetryLater, "bad_answer"),
        ):
            with self.subTest(status, body=body):
                self.amazon.say(Reply(body, status))
                with self.assertRaises(kind) as caught:
                    orders.search(self.gateway, QUERY)
                self.assertEqual(caught.exception.code, code)
                self.assertEqual(caught.exception.reference, "req-1")

    def test_connections_that_break(self):
        body = {"orders": []}
        for reply in (Reply(reset=True), Reply(body, cut=9)):
            self.amazon.say(reply)
            self.assertLater("network", lambda: orders.search(self.gateway, QUERY))
        self.amazon.close()
        self.assertLater("network", lambda: orders.search(self.gateway, QUERY))

    def test_every_wait_has_an_end(self):
        self.amazon.say(Reply({"orders": []}, wait=2))
        gateway = self.patient(0.2)
        self.assertLater("network", lambda: orders.search(gateway, QUERY))
        timeout = self.gateway._http.timeout
        for wait in (timeout.connect, timeout.read, timeout.write, timeout.pool):
            self.assertTrue(0 < wait <= 60)

    # === WRITES === #

    def test_a_write_is_done_when_amazon_says_so_without_words(self):
        self.amazon.say(Reply(status=204))
        self.assertEqual(self.confirm(), "req-1")

    def test_a_lost_answer_leaves_the_outcome_unknown(self):
        for code, reply in (
            ("network", Reply(reset=True)),
            ("network", Reply({"a": 1}, cut=9)),
            ("amazon_down", Reply(b"", 500)),
            ("amazon_down", Reply(b"<html>", 503)),
            ("bad_answer", Reply(b"<html>", 200)),
            ("bad_answer", Reply({})),
            ("bad_answer", Reply(b"")),
            ("bad_answer", Reply(b"", 200, {"x-amzn-RequestId": None})),
        ):
            with self.subTest(reply):
                self.amazon.say(reply)
                self.assertLater(code, self.confirm, unknown=True)
        self.amazon.say(Reply(status=204, wait=2))
        slow = self.patient(0.2)
        self.assertLater("network", lambda: self.confirm(slow), unknown=True)

    def test_what_was_surely_not_done_is_not_unknown(self):
        self.amazon.say(Reply(b"", 429))
        self.assertLater("throttled", self.confirm)
        self.amazon.say(Reply(DENIED, 400))
        with self.assertRaises(Refused):
            self.confirm()
        self.store.set(
            self.gateway._tokens._key, "Atza|x", self.clock.replace(year=2030)
        )
        self.amazon.close()
        self.assertLater("network", self.confirm)

    # === TOKENS === #

    def test_a_token_that_is_refused_is_renewed_once(self):
        for status, body in ((401, b""), (403, STALE)):
            self.amazon.say_at_login(Reply({**TOKEN, "access_token": f"Atza|{status}"}))
            self.amazon.say(Reply(body, status), Reply({"orders": []}))
            orders.search(self.gateway, QUERY)
            used = self.amazon.calls()[-1].headers["x-amz-access-token"]
            self.assertEqual(used, f"Atza|{status}")

    def test_a_fresh_token_that_is_refused_too_is_the_accounts_problem(self):
        self.amazon.say(Reply(STALE, 403))
        with self.assertRaises(AccountProblem) as caught:
            orders.search(self.gateway, QUERY)
        self.assertEqual(caught.exception.code, "token_refused")
        self.assertEqual(len(self.amazon.calls()), 2)

    def test_a_missing_role_costs_no_token(self):
        self.amazon.say(Reply(DENIED, 403))
        with self.assertRaises(AccountProblem) as caught:
            orders.search(self.gateway, QUERY)
        self.assertTrue(caught.exception.stream_only)
        self.assertEqual((len(self.amazon.calls()), len(self.amazon.logins())), (1, 1))

    # === BUDGET === #

    def test_an_empty_bucket_makes_no_call(self):
        self.amazon.say(Reply({"orders": []}))
        for _call in range(20):
            orders.search(self.gateway, QUERY)
        error = self.assertLater(
            "throttled", lambda: orders.search(self.gateway, QUERY)
        )
        self.assertAlmostEqual(error.seconds, 178.57, places=1)
        self.assertEqual(len(self.amazon.calls()), 20)

    def test_the_rate_amazon_tells_is_learned(self):
        rate = {"x-amzn-RateLimit-Limit": "0.5"}
        self.amazon.say(Reply({"orders": []}, headers=rate))
        orders.search(self.gateway, QUERY)
        [bucket] = self.buckets.values()
        self.assertEqual(bucket.rate.per_second, 0.5)

    # === WHAT IS SENT === #

    def test_a_search_asks_for_exactly_this(self):
        self.amazon.say(Reply({"orders": []}))
        orders.search(self.gateway, QUERY, "token/+=,")
        [call] = self.amazon.calls()
        self.assertEqual(call.path, "/orders/2026-01-01/orders")
        self.assertEqual(
            call.query,
            {
                "lastUpdatedAfter": "2026-11-20T00:00:00Z",
                "marketplaceIds": f"{DE},{FR}",
                "paginationToken": "token/+=,",
                "includedData": ",".join(orders.INCLUDED),
                "maxResultsPerPage": "100",
            },
        )

    def test_nothing_is_added_to_queries_and_bodies(self):
        self.amazon.say(Reply({"order": {}}))
        orders.get(self.gateway, "302-1/../x")
        self.amazon.say(Reply({"processingStatus": "DONE"}))
        reports.get(self.gateway, "7")
        self.amazon.say(Reply({"payload": []}))
        sellers.participations(self.gateway)
        self.amazon.say(Reply({"reportId": "7"}, 202))
        reports.create(self.gateway, "REPORT", [DE])
        self.amazon.say(Reply(status=204))
        self.confirm()
        sent = [(call.path, call.query, call.body) for call in self.amazon.calls()]
        included = {"includedData": ",".join(orders.INCLUDED)}
        self.assertEqual(
            sent[:3],
            [
                ("/orders/2026-01-01/orders/302-1%2F..%2Fx", included, b""),
                ("/reports/2021-06-30/reports/7", {}, b""),
                ("/sellers/v1/marketplaceParticipations", {}, b""),
            ],
        )
        created, confirmed = self.amazon.calls()[3:]
        self.assertEqual(created.json, {"reportType": "REPORT", "marketplaceIds": [DE]})
        self.assertEqual(confirmed.json, CONFIRMATION)
        self.assertEqual((created.query, confirmed.query), ({}, {}))
        self.assertEqual(confirmed.path, "/orders/v0/orders/302-1/shipmentConfirmation")

    def test_headers_are_right(self):
        self.amazon.say(Reply({"payload": []}))
        sellers.participations(self.gateway)
        headers = self.amazon.calls()[0].headers
        self.assertEqual(headers["host"], self.amazon.url.removeprefix("http://"))
        self.assertEqual(headers["x-amz-access-token"], "Atza|first")
        self.assertRegex(headers["x-amz-date"], r"^\d{8}T\d{6}Z$")
        self.assertIn("Acorn", headers["user-agent"])

    def test_nothing_comes_from_the_environment(self):
        leaks = {
            "SP_API_DEFAULT_MARKETPLACE": "BR",
            "AWS_ENV": "SANDBOX",
            "SP_API_REFRESH_TOKEN": "Atzr|of-someone-else",
            "LWA_APP_ID": "someone-else",
            "LWA_CLIENT_SECRET": "of-someone-else",
            "HTTP_PROXY": "http://127.0.0.1:9",
            "http_proxy": "http://127.0.0.1:9",
            "NO_PROXY": "",
            "no_proxy": "",
        }
        self.amazon.say(Reply({"orders": []}))
        with patch.dict(os.environ, leaks):
            orders.search(self.channel()._gateway, QUERY)
        [login], [call] = self.amazon.logins(), self.amazon.calls()
        self.assertEqual(login.form["client_id"], self.account.client_id)
        self.assertEqual(call.query["marketplaceIds"], f"{DE},{FR}")

    def test_numbers_keep_every_digit(self):
        self.amazon.say(Reply(b'{"order": {"value": 0.1000000000000000055}}'))
        value = orders.get(self.gateway, "302-1")["value"]
        self.assertEqual(value, Decimal("0.1000000000000000055"))

    # === LOGS === #

    def test_every_call_leaves_one_line_and_no_secret(self):
        self.amazon.say(Reply({"orders": [{"name": "Ada Lovelace"}]}))
        own = "odoo.addons.acorn_amazon.spapi.gateway"
        with (
            self.assertLogs(level=logging.DEBUG) as others,
            self.assertLogs(own) as logs,
        ):
            logging.debug("What libraries write comes here")  # noqa: LOG015
            orders.search(self.gateway, QUERY)
        text = "\n".join(others.output + logs.output)
        self.assertEqual(text.count("searchOrders: HTTP 200"), 1)
        self.assertIn("request id req-1", text)
        for secret in (
            TOKEN["access_token"],
            self.account.client_secret,
            self.account.refresh_token,
            "Ada Lovelace",
            "lastUpdatedAfter",
        ):
            self.assertNotIn(secret, text)

    def test_a_connection_is_never_used_twice(self):
        self.amazon.say(Reply({"orders": []}))
        orders.search(self.gateway, QUERY)
        orders.search(self.gateway, QUERY)
        self.assertFalse(self.gateway._http._transport._pool.connections)
        self.assertEqual(self.amazon.calls()[0].headers["connection"], "close")


class TestGuard(PureCase):
    def test_no_test_reaches_another_machine(self):
        with httpx.Client() as client, self.assertRaises(AssertionError):
            methodcaller("get", "https://sellingpartnerapi-eu.amazon.com")(client)
