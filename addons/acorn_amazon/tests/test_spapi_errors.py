import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

from odoo.addons.acorn_base.channel import UTC, AccountProblem, Refused, RetryLater

from ..spapi import errors
from .common_pure import PureCase, amazon_model, examples

MODELS = (
    "orders_2026-01-01.json",
    "ordersV0.json",
    "reports_2021-06-30.json",
    "sellers.json",
    "finances_2024-06-19.json",
    "feeds_2021-06-30.json",
    "listingsItems_2021-08-01.json",
    "notifications.json",
)
KINDS = {429: RetryLater, 401: AccountProblem, 403: AccountProblem, 408: RetryLater}


@dataclass
class Response:
    status_code: int
    content: bytes = b""
    headers: dict = field(default_factory=dict)


def said(details, message="Access to requested resource is denied."):
    body = {
        "errors": [{"code": "Unauthorized", "message": message, "details": details}]
    }
    return json.dumps(body).encode()


class TestErrors(PureCase):
    def test_every_error_example_of_amazon_has_the_class_of_its_status(self):
        count = 0
        for name in MODELS:
            for operation, status, body in examples(
                amazon_model(name), successes=False
            ):
                response = Response(status, json.dumps(body).encode())
                error = errors.from_response(response, operation)
                kind = RetryLater if status >= 500 else KINDS.get(status, Refused)
                self.assertIs(type(error), kind, (operation, status, body))
                self.assertIn(error.code, errors.CODES)
                count += 1
        self.assertGreater(count, 40)

    def test_the_class_follows_the_status_whatever_the_body(self):
        for status, kind, code in (
            (302, RetryLater, "bad_answer"),
            (400, Refused, "refused"),
            (401, AccountProblem, "token_refused"),
            (403, AccountProblem, "missing_role"),
            (404, Refused, "not_found"),
            (408, RetryLater, "amazon_down"),
            (409, Refused, "refused"),
            (413, Refused, "refused"),
            (415, Refused, "refused"),
            (422, Refused, "refused"),
            (429, RetryLater, "throttled"),
            (500, RetryLater, "amazon_down"),
            (503, RetryLater, "amazon_down"),
            (504, RetryLater, "amazon_down"),
        ):
            for body in (b"", b"<html>", b"{}", b"[]", b'{"message": null}', b"null"):
                with self.subTest(status, body=body):
                    error = errors.from_response(Response(status, body), "getOrder")
                    self.assertIs(type(error), kind)
                    self.assertEqual(error.code, code)
                    self.assertTrue(str(error))

    def test_what_a_denial_says_decides_who_must_act(self):
        for details, code, stream_only in (
            ("The LWA secret token you provided has expired", "secret_expired", False),
            ("The access token you provided has expired.", "token_refused", False),
            (
                "The access token you provided is revoked, malformed or invalid.",
                "token_refused",
                False,
            ),
            (
                "The marketplaces you provided are not valid for region.",
                "wrong_region",
                False,
            ),
            ("The seller account is suspended.", "listings_suspended", False),
            ("Not authorized for this marketplace.", "site_not_authorised", True),
            ("", "missing_role", True),
        ):
            with self.subTest(details):
                error = errors.from_response(Response(403, said(details)), "getOrder")
                self.assertEqual((error.code, error.stream_only), (code, stream_only))

    def test_a_denial_about_the_token_may_be_cured_by_another_token(self):
        about = "The access token you provided has expired."
        self.assertTrue(errors.is_about_token(Response(401)))
        self.assertTrue(errors.is_about_token(Response(403, said(about))))
        secret = "The LWA secret token you provided has expired"
        for other in (
            Response(403, said("")),
            Response(403, said(secret)),
            Response(400),
        ):
            self.assertFalse(errors.is_about_token(other))

    def test_seconds_to_wait(self):
        at = format_datetime(datetime.now(UTC) + timedelta(seconds=90))
        for headers, low, high in (
            ({}, 178, 179),
            ({"x-amzn-RateLimit-Limit": "0.5"}, 2, 2),
            ({"x-amzn-RateLimit-Limit": "0"}, 178, 179),
            ({"x-amzn-RateLimit-Limit": "nan"}, 178, 179),
            ({"x-amzn-RateLimit-Limit": "soon"}, 178, 179),
            ({"Retry-After": "7", "x-amzn-RateLimit-Limit": "0.5"}, 7, 7),
            ({"Retry-After": "0"}, 1, 1),
            ({"Retry-After": "99999999"}, 86400, 86400),
            ({"Retry-After": at}, 80, 90),
            ({"Retry-After": "soon"}, 178, 179),
        ):
            with self.subTest(headers):
                response = Response(429, headers=headers)
                error = errors.from_response(response, "searchOrders")
                self.assertTrue(low <= error.seconds <= high, error.seconds)

    def test_only_an_answer_that_may_hide_a_deed_leaves_a_write_unknown(self):
        for status, unknown in ((500, True), (503, True), (408, True), (302, True)):
            error = errors.from_response(Response(status), "x", write=True)
            self.assertIs(error.unknown_outcome, unknown)
        throttled = errors.from_response(Response(429), "confirmShipment", write=True)
        self.assertFalse(throttled.unknown_outcome)
        read = errors.from_response(Response(500), "getOrder")
        self.assertFalse(read.unknown_outcome)

    def test_the_request_id_and_amazons_words_are_kept(self):
        response = Response(400, said("", "Invalid Input"), {"x-amzn-RequestId": "r-7"})
        error = errors.from_response(response, "getOrder")
        self.assertEqual(error.reference, "r-7")
        self.assertEqual(str(error), "getOrder: Unauthorized - Invalid Input")

    def test_nothing_secret_gets_into_an_error(self):
        body = said("token Atza|IwEBIabc of ada@example.com")
        text = str(errors.from_response(Response(403, body), "getOrder"))
        self.assertNotIn("IwEBI", text)
        self.assertNotIn("ada@", text)

    def test_what_login_with_amazon_says(self):
        for status, error, description, code in (
            (
                401,
                "invalid_client",
                "Client authentication failed",
                "wrong_client_secret",
            ),
            (
                400,
                "invalid_request",
                "The request has an invalid parameter : client_id",
                "wrong_client_id",
            ),
            (401, "invalid_client", "Unknown client_id", "wrong_client_id"),
            (401, "invalid_client", "The client secret has expired", "secret_expired"),
            (
                400,
                "invalid_grant",
                "The request has an invalid grant parameter : refresh_token. User may "
                "have revoked or didn't grant the permission.",
                "token_revoked",
            ),
            (
                400,
                "unauthorized_client",
                "Not authorized for requested operation",
                "token_of_other_app",
            ),
            (400, "invalid_request", "", "missing_credentials"),
            (400, "something_new", "", "missing_credentials"),
        ):
            with self.subTest(description or error):
                body = {"error": error, "error_description": description}
                content = json.dumps(body).encode()
                problem = errors.from_login(Response(status, content))
                self.assertIs(type(problem), AccountProblem)
                self.assertEqual(problem.code, code)
                self.assertFalse(problem.stream_only)

    def test_login_may_be_down_or_not_be_amazon(self):
        for response, code in (
            (Response(500), "amazon_down"),
            (Response(429), "throttled"),
            (Response(403, b"<html>proxy</html>"), "bad_answer"),
            (Response(400, b"{}"), "bad_answer"),
        ):
            error = errors.from_login(response)
            self.assertIs(type(error), RetryLater)
            self.assertEqual(error.code, code)
