"""Acorn's one door to the Selling Partner API.

python-amazon-sp-api knows the paths and parameters; what its clients leave out is done
here: the HTTP status is always looked at, an answer without what Amazon's model
requires is an error and never "nothing", every wait has an end, tokens and budget are
shared, and nothing comes from the environment.
"""

import json
import time
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache

import httpx

from odoo.addons.acorn_base.channel import UTC

from . import errors, redact
from .network import is_loopback
from .recording import Recording, nowhere

redact.install()

USER_AGENT = "Acorn/19.0 (Language=Python)"
TIMEOUT = httpx.Timeout(60, connect=10)  # seconds

# Failures before a request is under way: whatever it asked for was not done.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True)
class Answer:
    """What Amazon answered, and its number of the call."""

    body: dict
    reference: str


class LibraryClient:
    """Stands before a client class of the library and leaves it paths and parameters.

    The library's constructor is not called: it reads the environment, where
    ``SP_API_DEFAULT_MARKETPLACE`` beats its own argument, and it wants the secrets.
    """

    marketplace_id = ""
    version = None

    def __init__(self, endpoint, http, token):
        self.endpoint = endpoint
        self._transport = http
        self._token = token

    @property
    def headers(self):
        # No host: the library cuts it from the wrong place, httpx knows it.
        return {
            "user-agent": USER_AGENT,
            "accept": "application/json",
            "content-type": "application/json",
            "connection": "close",
            "x-amz-access-token": self._token,
            "x-amz-date": datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"),
        }

    def _request(self, path, **options):
        # The library would add marketplaces of its own choice to queries and bodies.
        return super()._request(path, **{**options, "add_marketplace": False})

    def _check_response(self, res, *_args):
        return res  # judged by the gateway


class Gateway:
    """Calls operations in the name of one account, in one region.

    :param endpoint: address of the region
    :param tokens: ``token.Tokens`` of the account
    :param throttle: ``throttle.Throttle`` of the account
    :param log: logger of every call
    :param record: takes a ``channel.Call`` for every try of one
    """

    def __init__(
        self, endpoint, tokens, throttle, log=None, timeout=TIMEOUT, record=nowhere
    ):
        self.endpoint = endpoint
        self._tokens = tokens
        self._throttle = throttle
        self._log = log or redact.logger(__name__)
        self._timeout = timeout
        self.record = record

    def call(self, operation, client, request, *, expect=None, write=False):
        """Call one operation and return its ``Answer``.

        :param operation: Amazon's name of it, which its budget is kept by
        :param client: subclass of ``LibraryClient`` and of a client of the library
        :param request: calls the client's method, ``methodcaller("get_order", …)``
        :param expect: what the answer must have, name → type
        :param write: it changes something, so that a lost answer is an unknown outcome
        """
        token = self._tokens.get()
        self._throttle.spend(operation)
        with Recording(self.record, operation) as recording:
            response = self._send(operation, client, request, token, write)
            recording.answered(response)
            if errors.is_about_token(response):
                recording.end("token_refused", retry=True)
                token = self._tokens.renew(token)
                recording.begin()
                response = self._send(operation, client, request, token, write)
                recording.answered(response)
            if rate := errors.rate_limit(response):
                self._throttle.learn(operation, rate)
            if not response.is_success:
                raise errors.from_response(response, operation, write=write)
            return _answer(response, operation, expect or {}, write)

    def _send(self, operation, client, request, token, write):
        start = time.monotonic()
        try:
            response = request(client(self.endpoint, self._http, token))
        except httpx.RequestError as error:
            lost = write and not isinstance(error, _NOT_SENT)
            raise errors.network(error, operation, unknown_outcome=lost) from error
        self._log.info(
            "%s: HTTP %s after %.2f s, request id %s",
            operation,
            response.status_code,
            time.monotonic() - start,
            errors.request_id(response) or "none",
        )
        return response

    @cached_property
    def _http(self):
        # A connection is never used twice: calls are seconds apart, and one that Amazon
        # has closed meanwhile would make the outcome of a write unknown.
        return httpx.Client(
            timeout=self._timeout,
            verify=_tls(),
            trust_env=not is_loopback(self.endpoint),
            follow_redirects=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )


@lru_cache(maxsize=1)
def _tls():
    return httpx.create_ssl_context()  # reads all root certificates: once is enough


def _answer(response, operation, expect, write):
    """Return the answer if it is one: not a proxy's page, not empty, not cut short."""
    try:
        body = json.loads(response.content or b"{}", parse_float=Decimal)
    except ValueError as error:
        raise errors.bad_answer(response, operation, write=write) from error
    reference = errors.request_id(response)
    complete = isinstance(body, dict) and all(
        isinstance(body.get(name), kind) for name, kind in expect.items()
    )
    # What has nothing to tell says so by 204: an empty 200 is somebody else's.
    is_silent = bool(reference) and response.status_code == 204
    if not complete or not (expect or is_silent):
        raise errors.bad_answer(response, operation, write=write)
    return Answer(body, reference)
