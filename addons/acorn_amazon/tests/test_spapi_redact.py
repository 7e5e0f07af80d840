import logging

from ..spapi import redact
from .common_pure import PureCase

SECRETS = (
    "Atza|IwEBIAbc-_d/e+f=",
    "Atzr|IwEBIAbc",
    "Atz.sprdt|IwEB",
    "amzn1.oa2-cs.v1.0123456789abcdef",
    "ada.lovelace+x@marketplace.amazon.co.uk",
)
NAMED = (
    "client_secret=hunter2&grant_type=refresh_token",
    "'client_secret': 'hunter2', 'a': 1",
    '"refresh_token": "hunter2"',
    "x-amz-access-token: hunter2",
    "https://s3.example/doc?X-Amz-Signature=hunter2&X-Amz-Date=20261120",
    "X-Amz-Credential=hunter2&",
    "X-Amz-Security-Token=hunter2",
)


class TestRedact(PureCase):
    def test_what_is_secret_by_its_form(self):
        for secret in SECRETS:
            with self.subTest(secret):
                masked = redact.mask(f"before {secret} after")
                self.assertNotIn(secret, masked)
                self.assertTrue(masked.startswith("before "), masked)
                self.assertTrue(masked.endswith(" after"), masked)

    def test_what_is_secret_by_its_name(self):
        for text in NAMED:
            with self.subTest(text):
                self.assertNotIn("hunter2", redact.mask(text))

    def test_what_is_not_secret_stays(self):
        text = "getOrder 302-1234567-1234567: HTTP 200 after 0.12 s, request id 4f-1"
        self.assertEqual(redact.mask(text), text)

    def test_a_logger_masks_its_arguments_too(self):
        name = "odoo.addons.acorn_amazon.tests.redact"
        with self.assertLogs(redact.logger(name), logging.INFO) as logs:
            logging.getLogger(name).info("token %s of %s", *SECRETS[:1], SECRETS[-1])
        self.assertEqual(logs.records[0].getMessage(), "token Atza|*** of ***@***")

    def test_libraries_below_write_no_addresses(self):
        redact.install()
        for name in ("httpx", "httpcore"):
            self.assertGreaterEqual(logging.getLogger(name).level, logging.WARNING)
        with self.assertLogs("urllib3.connectionpool", logging.DEBUG) as logs:
            logging.getLogger("urllib3.connectionpool").debug("GET %s", NAMED[4])
        self.assertNotIn("hunter2", logs.output[0])
