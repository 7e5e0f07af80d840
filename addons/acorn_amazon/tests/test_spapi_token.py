from dataclasses import replace
from datetime import timedelta

from odoo.addons.acorn_base.channel import AccountProblem, RetryLater

from ..spapi import token
from .common_pure import TOKEN, Reply, ScriptCase


class TestToken(ScriptCase):
    def tokens(self, **account):
        account = replace(self.account, **account)
        return token.Tokens(account, self.amazon.url, self.store, lambda: self.clock)

    def test_a_token_is_fetched_once_and_shared(self):
        self.assertEqual(self.tokens().get(), "Atza|first")
        self.assertEqual(self.tokens().get(), "Atza|first")
        [login] = self.amazon.logins()
        self.assertEqual(
            login.form,
            {
                "grant_type": "refresh_token",
                "client_id": self.account.client_id,
                "client_secret": self.account.client_secret,
                "refresh_token": self.account.refresh_token,
            },
        )

    def test_twelve_shops_fetch_twelve_tokens_however_often_they_ask(self):
        for _round in range(3):
            for number in range(12):
                self.tokens(refresh_token=f"Atzr|{number}").get()
        self.assertEqual(len(self.amazon.logins()), 12)

    def test_another_app_never_gets_this_ones_token(self):
        self.tokens().get()
        self.amazon.say_at_login(Reply({**TOKEN, "access_token": "Atza|other"}))
        self.assertEqual(self.tokens(client_id="other").get(), "Atza|other")
        self.assertEqual(self.tokens().get(), "Atza|first")

    def test_a_token_is_renewed_before_it_dies(self):
        self.tokens().get()
        self.clock += timedelta(minutes=57)
        self.tokens().get()
        self.assertEqual(len(self.amazon.logins()), 1)
        self.clock += timedelta(minutes=2)
        self.tokens().get()
        self.assertEqual(len(self.amazon.logins()), 2)

    def test_a_refused_token_is_replaced_once_by_whoever_comes_first(self):
        tokens = self.tokens()
        first = tokens.get()
        self.amazon.say_at_login(Reply({**TOKEN, "access_token": "Atza|second"}))
        self.assertEqual(tokens.renew(first), "Atza|second")
        self.assertEqual(self.tokens().renew(first), "Atza|second")
        self.assertEqual(len(self.amazon.logins()), 2)

    def test_the_key_of_the_store_tells_nothing(self):
        self.tokens().get()
        [key] = self.store._tokens
        self.assertRegex(key, "^[0-9a-f]{64}$")

    def test_credentials_that_cannot_work_are_told_before_they_are_sent(self):
        for field, value, code in (
            ("client_id", "", "missing_credentials"),
            ("client_secret", "", "missing_credentials"),
            ("refresh_token", "", "missing_credentials"),
            ("client_id", "AKIAIOSFODNN7EXAMPLE", "aws_key_as_client_id"),
            ("client_id", "ASIAIOSFODNN7EXAMPLE", "aws_key_as_client_id"),
            ("client_id", "amzn1.sp.solution.1-2-3", "app_id_as_client_id"),
            ("refresh_token", "Atza|IwEB", "access_token_as_refresh_token"),
            ("refresh_token", "1234", "bad_refresh_token"),
        ):
            with self.subTest(field, value=value):
                with self.assertRaises(AccountProblem) as caught:
                    self.tokens(**{field: value}).get()
                self.assertEqual(caught.exception.code, code)
                self.assertFalse(value and value in str(caught.exception))
        self.assertFalse(self.amazon.requests)

    def test_login_refuses(self):
        body = {"error": "invalid_grant", "error_description": "revoked"}
        self.amazon.say_at_login(Reply(body, 400))
        with self.assertRaises(AccountProblem) as caught:
            self.tokens().get()
        self.assertEqual(caught.exception.code, "token_revoked")
        self.assertEqual(caught.exception.reference, "req-1")

    def test_what_is_not_a_token_is_tried_again_later(self):
        for reply, code in (
            (Reply(b"<html>"), "bad_answer"),
            (Reply(b""), "bad_answer"),
            (Reply([]), "bad_answer"),
            (Reply({}), "bad_answer"),
            (Reply({**TOKEN, "access_token": None}), "bad_answer"),
            (Reply({**TOKEN, "expires_in": "soon"}), "bad_answer"),
            (Reply(TOKEN, 302, {"Location": "/elsewhere"}), "bad_answer"),
            (Reply(b"<html>", 503), "amazon_down"),
            (Reply(reset=True), "network"),
        ):
            with self.subTest(reply):
                self.amazon.say_at_login(reply)
                with self.assertRaises(RetryLater) as caught:
                    self.tokens().get()
                self.assertEqual(caught.exception.code, code)

    def test_secrets_are_not_in_the_repr_of_an_account(self):
        text = repr(self.account)
        self.assertNotIn(self.account.client_secret, text)
        self.assertNotIn(self.account.refresh_token, text)
