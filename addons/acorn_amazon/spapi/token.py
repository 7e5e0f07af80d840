"""Access tokens: from Login with Amazon, kept an hour, shared by all workers."""

import hashlib
import re
import threading
from datetime import datetime, timedelta
from typing import Protocol

import requests

from odoo.addons.acorn_base.channel import UTC, AccountProblem

from . import errors
from .network import session
from .recording import Recording, nowhere

_TIMEOUT = 30  # seconds to connect, and between two bytes
_MARGIN = timedelta(minutes=2)  # a token is renewed before it dies under way

# What people paste into the wrong field, recognised before it is sent anywhere.
_FORMS = (
    ("client_id", re.compile(r"(AKIA|ASIA)[0-9A-Z]{12}"), "aws_key_as_client_id"),
    ("client_id", re.compile(r"amzn1\.sp\.solution\."), "app_id_as_client_id"),
    ("refresh_token", re.compile(r"Atza\|"), "access_token_as_refresh_token"),
    ("refresh_token", re.compile(r"(?!Atzr\|)"), "bad_refresh_token"),
)
_NEEDED = ("client_id", "client_secret", "refresh_token")


class TokenStore(Protocol):
    """Where access tokens are shared; a key names credentials without telling them."""

    def get(self, key: str) -> str | None:
        """Return the token of that key unless it has expired."""

    def set(self, key: str, token: str, expires_at: datetime) -> None:
        """Keep a token, in place of the one before."""


class MemoryTokenStore:
    """Tokens in this process: for tests and scripts, where no database shares them."""

    def __init__(self, now=lambda: datetime.now(UTC)):
        self._now = now
        self._tokens = {}
        self._lock = threading.Lock()

    def get(self, key):
        with self._lock:
            token, expires_at = self._tokens.get(key, (None, None))
        return token if token and expires_at > self._now() else None

    def set(self, key, token, expires_at):
        with self._lock:
            self._tokens[key] = (token, expires_at)


SHARED = MemoryTokenStore()


def check_form(account):
    """Raise ``AccountProblem`` for credentials that cannot work by their very form."""
    for name in _NEEDED:
        if not getattr(account, name):
            raise _wrong("missing_credentials", f"{name} is empty")
    for name, form, code in _FORMS:
        if form.match(getattr(account, name)):
            raise _wrong(code, errors.CODES[code])


class Tokens:
    """The access tokens of one account.

    :param endpoint: address of Login with Amazon
    :param store: ``TokenStore`` that the tokens are shared in
    :param record: takes a ``channel.Call`` for every login
    """

    def __init__(self, account, endpoint, store, now, record=nowhere):
        self._account = account
        self._endpoint = endpoint
        self._store = store
        self._now = now
        self._record = record

    def get(self):
        """Return an access token that is still good."""
        return self._store.get(self._key) or self._fetch()

    def renew(self, refused):
        """Return another token than the one Amazon has just refused."""
        token = self._store.get(self._key)
        return token if token and token != refused else self._fetch()

    @property
    def _key(self):
        parts = (self._endpoint, self._account.client_id, self._account.refresh_token)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _fetch(self):
        check_form(self._account)
        form = {
            "grant_type": "refresh_token",
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret,
            "refresh_token": self._account.refresh_token,
        }
        with Recording(self._record, "login") as recording:
            token, lifetime = _token_of(self._post(form, recording))
        self._store.set(self._key, token, self._now() + lifetime - _MARGIN)
        return token

    def _post(self, form, recording):
        url = f"{self._endpoint}/auth/o2/token"
        try:
            with session(url) as http:
                response = http.post(
                    url, data=form, timeout=_TIMEOUT, allow_redirects=False
                )
        except requests.RequestException as error:
            raise errors.network(error, "login") from error
        recording.answered(response)
        if response.status_code != 200:
            raise errors.from_login(response)
        return response


def _token_of(response):
    """Return the token and how long it lives."""
    try:
        body = response.json()
        token, seconds = body["access_token"], int(body["expires_in"])
    except (ValueError, LookupError, TypeError) as error:
        raise errors.bad_answer(response, "login") from error
    if not token or not isinstance(token, str):
        raise errors.bad_answer(response, "login")
    return token, timedelta(seconds=seconds)


def _wrong(code, message):
    return AccountProblem(f"login: {message}", code=code)
