"""What tests of the pure modules share: no database, no network but this machine."""

import json
import os
import socket
import struct
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import SkipTest
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import httpx
import hypothesis
from hypothesis.configuration import set_hypothesis_home_dir

from odoo.tests import BaseCase

from odoo.addons.acorn_base.channel import UTC

from ..channel import AmazonAccount, AmazonChannel
from ..spapi.network import is_loopback
from ..spapi.throttle import MemoryThrottle
from ..spapi.token import MemoryTokenStore

# The same cases every time, and nothing left in the folder where tests are run.
set_hypothesis_home_dir(Path(tempfile.gettempdir(), "acorn-hypothesis"))
hypothesis.settings.register_profile(
    "acorn",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("acorn")

GOLDEN = Path(__file__).parent / "golden"
# Amazon's own models lie beside the repository, where they are at hand.
MODELS = Path(__file__).parents[4] / "shared" / "spapi" / "models"
DE, FR, US, JP = "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "ATVPDKIKX0DER", "A1VC38T7YXB528"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def amazon_model(name):
    """Return one of Amazon's own model files; skip the test where there are none."""
    folder = Path(os.environ.get("ACORN_SPAPI_MODELS") or MODELS)
    if not (folder / name).exists():
        raise SkipTest(f"{name} is not in {folder}: set ACORN_SPAPI_MODELS")
    return json.loads((folder / name).read_text("utf-8"))


def amazon_schema(name):
    """Return one of Amazon's own schemas of files; skip the test where it is not."""
    folder = Path(os.environ.get("ACORN_SPAPI_MODELS") or MODELS).parent / "schemas"
    if not (folder / name).exists():
        raise SkipTest(f"{name} is not in {folder}: set ACORN_SPAPI_MODELS")
    return json.loads((folder / name).read_text("utf-8"))


def examples(model, successes):
    """Yield (operation, status, body) of the model's own examples."""
    for path in model["paths"].values():
        for operation in path.values():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            for status, response in operation["responses"].items():
                if status.startswith("2") != successes:
                    continue
                for body in _bodies(response):
                    yield operation["operationId"], int(status), body


def _bodies(response):
    for example in response.get("x-amzn-api-sandbox", {}).get("static", []):
        yield example["response"]
    if example := response.get("examples", {}).get("application/json"):
        yield example


def plain(record):
    """Return a record as plain JSON, to be compared with a golden file."""
    return json.loads(json.dumps(asdict(record), default=_plain))


def _plain(value):
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat()


class PureCase(BaseCase):
    """Keeps httpx on this machine, as Odoo's own tests keep ``requests``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        send = httpx.HTTPTransport.handle_request

        def guarded(transport, request):
            if not is_loopback(str(request.url)):
                raise AssertionError(f"A test wanted to reach {request.url.host}")
            return send(transport, request)

        guard = patch.object(httpx.HTTPTransport, "handle_request", guarded)
        guard.start()
        cls.addClassCleanup(guard.stop)

    def assertGolden(self, name, record):
        """The record equals the golden file; ACORN_GOLDEN=write makes it anew."""
        path = GOLDEN / name
        found = plain(record)
        if os.environ.get("ACORN_GOLDEN") == "write":
            path.write_text(
                json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8"
            )
        self.assertEqual(found, json.loads(path.read_text("utf-8")))


@dataclass
class Reply:
    """What the scripted server answers to one request."""

    body: object = b""  # bytes, or what becomes JSON
    status: int = 200
    headers: dict = field(default_factory=dict)
    wait: float = 0.0  # seconds before it answers
    cut: int = 0  # bytes that are announced and never sent
    reset: bool = False  # hang up instead of answering

    @property
    def content(self):
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body).encode()


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def form(self):
        return {
            name: values[0] for name, values in parse_qs(self.body.decode()).items()
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args):
        pass  # the test hung up while it was answered


class Script:
    """An HTTP server that answers what a test says and keeps what it was asked."""

    def __init__(self):
        self.replies = []
        self.logins_to_come = [Reply(TOKEN)]
        self.requests = []
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def say(self, *replies):
        """Answer these to the next calls of the API, the last one to all after it."""
        self.replies = list(replies)

    def say_at_login(self, *replies):
        """Answer these to the next calls of Login with Amazon."""
        self.logins_to_come = list(replies)

    def next_reply(self, request):
        replies = self.logins_to_come if _is_login(request) else self.replies
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def calls(self):
        """Return the requests other than those for a token."""
        return [request for request in self.requests if not _is_login(request)]

    def logins(self):
        return [request for request in self.requests if _is_login(request)]


TOKEN = {"access_token": "Atza|first", "token_type": "bearer", "expires_in": 3600}


def _is_login(request):
    return request.path.endswith("/auth/o2/token")


def _handler_of(script):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            length = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            request = Request(
                self.command,
                parts.path,
                {name: values[0] for name, values in parse_qs(parts.query).items()},
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
            script.requests.append(request)
            self._answer(script.next_reply(request))

        do_POST = do_PATCH = do_PUT = do_GET

        def _answer(self, reply):
            self.close_connection = True
            time.sleep(reply.wait)
            if reply.reset:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                return
            self.send_response(reply.status)
            for name, value in {"x-amzn-RequestId": "req-1", **reply.headers}.items():
                if value is not None:
                    self.send_header(name, value)
            if reply.status != 204:
                length = len(reply.content) + reply.cut
                self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(reply.content)

        def log_message(self, *_args):
            pass

    return Handler


class ScriptCase(PureCase):
    """An ``AmazonChannel`` whose Amazon is a ``Script``."""

    def setUp(self):
        super().setUp()
        self.amazon = Script()
        self.addCleanup(self.amazon.close)
        self.clock = NOW
        self.account = AmazonAccount(
            client_id="amzn1.application-oa2-client.1",
            client_secret="amzn1.oa2-cs.v1.secret",
            refresh_token="Atzr|refresh",
            region="eu",
            seller_id="A1SELLER",
        )
        self.buckets = {}
        self.store = MemoryTokenStore(lambda: self.clock)

    def channel(self, account=None, **options):
        account = account or self.account
        throttle = MemoryThrottle(
            account.seller_id,
            account.client_id,
            buckets=self.buckets,
            clock=lambda: self.clock.timestamp(),
        )
        options = {
            "endpoint": self.amazon.url,
            "lwa_endpoint": self.amazon.url,
            "token_store": self.store,
            "throttle": throttle,
            **options,
        }
        return AmazonChannel(account, lambda: self.clock, **options)

    def assertCode(self, code, error, kind):
        self.assertIsInstance(error, kind)
        self.assertEqual(error.code, code, str(error))
