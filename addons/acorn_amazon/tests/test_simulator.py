"""The local Amazon as such: who may call it, what every answer carries, its control.

The base class of all tests of the simulator is here, too.
"""

import http.client
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import urlopen

from odoo.tests import BaseCase

from .. import simulator
from ..simulator import Simulator, World
from ..simulator.accounts import account
from ..simulator.clock import Clock, iso
from ..simulator.validate import make_validator

START = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
LOGGER = simulator.__name__
ORDERS = "/orders/2026-01-01/orders"
EVERYTHING = (
    "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,"
    "PAYMENT,FULFILLMENT_ORDERS"
)


@dataclass
class Reply:
    status: int
    headers: object
    data: bytes

    @property
    def body(self):
        return json.loads(self.data)

    @property
    def error(self):
        """(code, message, details) of the first error in Amazon's shape."""
        [error, *_] = self.body["errors"]
        return error["code"], error["message"], error["details"]


class SimulatorCase(BaseCase):
    """A world in which time stands still and nothing happens by itself, over HTTP."""

    options = {}

    def setUp(self):
        super().setUp()
        self.world = self.make_world()
        self.amazon = self.enterContext(Simulator(self.world))
        self.connection = http.client.HTTPConnection(urlsplit(self.amazon.url).netloc)
        self.addCleanup(self.connection.close)
        self.tokens = {}

    def make_world(self):
        world = World.quiet(clock=Clock(START, scale=0), **self.options)
        world.set_options(rate_scale=1000, throttled=False)
        return world

    def tearDown(self):
        self.assertEqual(self.world.violations, [])
        super().tearDown()

    # What is sent

    def send(self, method, path, body=None, headers=None):
        """One request over the connection that is kept open."""
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        self.connection.request(method, path, body, headers or {})
        response = self.connection.getresponse()
        return Reply(response.status, response.headers, response.read())

    def log_in(self, key="eu", **changes):
        """Ask for an access token; ``changes`` to what is right."""
        seller = self.world.accounts[key]
        form = {
            "grant_type": "refresh_token",
            "client_id": seller.client_id,
            "client_secret": seller.client_secret,
            "refresh_token": seller.refresh_token,
        } | changes
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", "/auth/o2/token", urlencode(form), kind)

    def token(self, key="eu"):
        if key not in self.tokens:
            self.tokens[key] = self.log_in(key).body["access_token"]
        return self.tokens[key]

    def call(self, method, path, body=None, *, key="eu", token=None, **query):
        """Call an operation as an account."""
        headers = {"x-amz-access-token": self.token(key) if token is None else token}
        asked = f"?{urlencode(query)}" if query else ""
        return self.send(method, quote(path) + asked, body, headers)

    def get(self, path, **query):
        return self.call("GET", path, **query)

    def search(self, **query):
        """Orders updated in the last week, unless the query says otherwise."""
        if not any(name.endswith("After") for name in query):
            query["lastUpdatedAfter"] = iso(START - timedelta(days=7))
        return self.get(ORDERS, **{"includedData": EVERYTHING} | query)

    def control(self, method, path, **body):
        return self.send(method, f"/_sim/{path}", body or None)

    # What is in the world

    def place(self, site="DE", *lines, age=60, **wishes):
        """An order, placed and last changed so many minutes ago."""
        moment = self.world.clock.now() - timedelta(minutes=age)
        lines = lines or ({"sku": "OAK-MUG-4"},)
        wishes = {"created": moment, "updated": moment} | wishes
        return self.world.place_order(list(lines), site, **wishes)

    def pass_time(self, **duration):
        self.world.clock.advance(**duration)

    def skip_without_models(self):
        if make_validator() is None:
            self.skipTest("Amazon's models are not here: set ACORN_SPAPI_MODELS")

    # What is expected

    def assertDenied(self, reply, details=""):
        expected = "Unauthorized", "Access to requested resource is denied.", details
        self.assertEqual((reply.status, *reply.error), (403, *expected))
        self.assertNotIn("x-amzn-RateLimit-Limit", reply.headers)

    def assertInvalid(self, reply, words=""):
        self.assertEqual(reply.status, 400, reply.data)
        self.assertIn("InvalidInput", reply.error)
        self.assertIn(words, " ".join(reply.error))


class TestLogin(SimulatorCase):
    def test_a_refresh_token_brings_an_access_token_for_an_hour(self):
        body = self.log_in().body
        self.assertTrue(body["access_token"].startswith("Atza|"))
        self.assertEqual((body["token_type"], body["expires_in"]), ("bearer", 3600))
        self.assertEqual(body["refresh_token"], self.world.accounts["eu"].refresh_token)

    def test_json_does_as_well_as_a_form(self):
        seller = self.world.accounts["jp"]
        form = {"grant_type": "refresh_token", "refresh_token": seller.refresh_token}
        form |= {"client_id": seller.client_id, "client_secret": seller.client_secret}
        reply = self.send("POST", "/auth/o2/token", form)
        self.assertEqual(reply.status, 200)

    def test_what_is_wrong_is_told_in_the_words_of_oauth(self):
        stranger = self.world.accounts["na"].refresh_token
        for changes, status, error in (
            ({"client_secret": "wrong"}, 401, "invalid_client"),
            ({"client_id": "amzn1.application-oa2-client.0"}, 401, "invalid_client"),
            ({"refresh_token": "Atzr|wrong"}, 400, "invalid_grant"),
            ({"refresh_token": stranger}, 400, "unauthorized_client"),
            ({"refresh_token": ""}, 400, "invalid_request"),
            ({"grant_type": "password"}, 400, "unsupported_grant_type"),
            ({"grant_type": "client_credentials"}, 400, "invalid_request"),
        ):
            with self.subTest(error, **changes):
                reply = self.log_in(**changes)
                self.assertEqual((reply.status, reply.body["error"]), (status, error))
                self.assertTrue(reply.body["error_description"])

    def test_a_token_without_a_seller_opens_nothing_of_a_seller(self):
        scope = "sellingpartnerapi::notifications"
        form = {"grant_type": "client_credentials", "scope": scope}
        reply = self.log_in(**form)
        self.assertEqual(reply.body["scope"], scope)
        self.assertDenied(self.search(token=reply.body["access_token"]))
        wrong = self.log_in(**form | {"scope": "profile"})
        self.assertEqual((wrong.status, wrong.body["error"]), (400, "invalid_scope"))

    def test_a_new_secret_replaces_the_old_one(self):
        old = self.world.accounts["eu"].client_secret
        self.world.set_account("eu", client_secret="new")
        self.assertEqual(self.log_in(client_secret=old).status, 401)
        self.assertEqual(self.log_in(client_secret="new").status, 200)


class TestAdmission(SimulatorCase):
    def test_tokens_that_are_none(self):
        missing = "Access token is missing in the request header."
        wrong = "The access token you provided is revoked, malformed or invalid."
        self.assertDenied(self.search(token=""), missing)
        self.assertDenied(self.search(token="Atza|made-up"), wrong)

    def test_a_token_dies_after_an_hour_of_the_worlds_time(self):
        self.token()
        self.pass_time(minutes=59)
        self.assertEqual(self.search().status, 200)
        self.pass_time(minutes=1)
        expired = "The access token you provided has expired."
        self.assertDenied(self.search(), expired)

    def test_a_revoked_authorisation_ends_at_once(self):
        self.token()
        self.world.set_account("eu", revoked=True)
        wrong = "The access token you provided is revoked, malformed or invalid."
        self.assertDenied(self.search(), wrong)
        self.assertEqual(self.log_in().body["error"], "invalid_grant")
        self.world.set_account("eu", revoked=False)
        self.assertEqual(self.search().status, 200)

    def test_an_expired_secret_still_brings_tokens_that_open_nothing(self):
        self.world.set_account("eu", secret_expired=True)
        self.assertEqual(self.log_in().status, 200)
        self.assertDenied(
            self.search(), "The LWA secret token you provided has expired."
        )

    def test_a_missing_role_closes_one_operation(self):
        self.world.set_account("eu", denied=["searchOrders"])
        self.assertDenied(self.search())
        self.assertEqual(self.get("/sellers/v1/marketplaceParticipations").status, 200)

    def test_an_account_lives_in_one_region(self):
        path, since = ORDERS, iso(START - timedelta(days=1))
        own = self.get(f"/eu{path}", lastUpdatedAfter=since)
        self.assertEqual(own.status, 200)
        for region in ("na", "fe"):
            self.assertDenied(self.get(f"/{region}{path}", lastUpdatedAfter=since))

    def test_unknown_paths_look_forbidden(self):
        for method, path in (("GET", "/orders/v0/orders"), ("POST", ORDERS)):
            self.assertDenied(self.call(method, path))

    def test_every_answer_has_a_request_id_and_its_rate(self):
        first, second = self.search(), self.search(maxResultsPerPage=0)
        self.assertEqual((first.status, second.status), (200, 400))
        for reply in (first, second):
            self.assertEqual(reply.headers["x-amzn-RateLimit-Limit"], "5.6")
        ids = {reply.headers["x-amzn-RequestId"] for reply in (first, second)}
        self.assertEqual(len(ids), 2)


class TestSellers(SimulatorCase):
    PATH = "/sellers/v1/marketplaceParticipations"

    def participations(self, key):
        payload = self.get(self.PATH, key=key).body["payload"]
        return {each["marketplace"]["name"]: each for each in payload}

    def test_the_marketplaces_of_an_account(self):
        found = self.participations("na")
        self.assertEqual(
            list(found), ["Amazon.com", "Amazon.ca", "Amazon.com.mx", "Non-Amazon US"]
        )
        mexico = found["Amazon.com.mx"]["marketplace"]
        self.assertEqual(mexico["defaultCurrencyCode"], "MXN")
        self.assertEqual(list(self.participations("jp")), ["Amazon.co.jp"])

    def test_suspended_listings_are_told(self):
        self.world.set_account("eu", suspended=["FR"])
        suspended = {
            name
            for name, each in self.participations("eu").items()
            if each["participation"]["hasSuspendedListings"]
        }
        self.assertEqual(suspended, {"Amazon.fr"})

    def test_unknown_parameters_are_refused_but_for_those_of_the_library(self):
        self.assertEqual(self.get(self.PATH, MarketplaceIds="X").status, 200)
        self.assertInvalid(self.get(self.PATH, marketplace="X"), "marketplace")


class TestControl(SimulatorCase):
    def test_health(self):
        body = self.control("GET", "health").body
        self.assertEqual((body["status"], body["now"]), ("ok", iso(START)))

    def test_orders_over_http(self):
        placed = self.control(
            "POST",
            "orders",
            site="FR",
            lines=[{"sku": "OAK-MUG-4", "quantity": 2}],
            created=iso(START - timedelta(hours=1)),
            tip="0",
        ).body
        path = f"orders/{placed['orderId']}"
        self.assertEqual(self.control("GET", path).body, placed)
        self.control("POST", f"{path}/cancellation-request", reason="Too late")
        self.control("POST", f"{path}/address", city="Lyon")
        item = placed["orderItems"][0]["orderItemId"]
        self.control("POST", f"{path}/items/{item}", cancelled=1)
        self.control("POST", f"{path}/touch")
        changed = self.control("POST", f"{path}/status", status="SHIPPED").body
        self.assertEqual(changed["recipient"]["deliveryAddress"]["city"], "Lyon")
        self.assertEqual(
            changed["orderItems"][0]["cancellation"]["cancellationRequest"],
            {"requester": "BUYER", "cancelReason": "Too late"},
        )
        reply = self.send("GET", "/_sim/orders?account=eu&site=FR&status=SHIPPED")
        self.assertEqual([each["orderId"] for each in reply.body], [placed["orderId"]])
        self.control("POST", f"{path}/cancel")
        self.control("PUT", "orders", raw=changed)
        self.assertEqual(self.control("GET", path).body, changed)

    def test_the_rest_over_http(self):
        self.control("POST", "accounts/eu", suspended=["DE"], orders_per_hour=6)
        listed = self.control("GET", "accounts").body
        self.assertEqual([each["suspended"] for each in listed], [[], ["DE"], []])
        self.control("POST", "listings/eu/OAK-MUG-4", quantity=3)
        shown = self.control("GET", "listings/eu").body
        self.assertEqual(shown[0]["quantities"], {"eu": 3})
        self.assertEqual(self.control("POST", "listings/eu/grow", count=6).body, 30)
        settled = self.control("POST", "clock", advance=3600, scale=0).body
        self.assertEqual(settled["now"], iso(START + timedelta(hours=1)))
        self.assertEqual(
            self.control("POST", "clock", freeze=iso(START)).body["scale"], 0
        )
        options = self.control("POST", "options", rate_scale=2, discount_sign=1).body
        self.assertEqual((options["rate_scale"], options["discount_sign"]), (2, 1))
        self.assertEqual(self.control("GET", "options").body, options)
        made = self.control("POST", "orders/generate", account="jp", count=3).body
        self.assertEqual(made, 3)
        self.control("POST", "faults", operation="getOrder", kind="html")
        self.assertEqual(self.control("GET", "faults").body[0]["kind"], "html")
        self.control("DELETE", "faults")
        self.assertEqual(self.control("GET", "faults").body, [])
        self.assertEqual(self.control("GET", "shipments").body, [])
        self.assertEqual(self.control("GET", "violations").body, [])
        self.assertEqual(self.control("POST", "reset").body["orders"], 0)

    def test_json_as_curl_sends_it(self):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        reply = self.send("POST", "/_sim/clock", '{"advance": 1}', kind)
        self.assertEqual(reply.body["now"], iso(START + timedelta(seconds=1)))

    def test_mistakes_are_told(self):
        for method, path, body in (
            ("GET", "nonsense", {}),
            ("GET", "orders/1", {}),
            ("POST", "orders", {"site": "DE"}),
            ("POST", "orders", {"site": "AU", "lines": []}),
            ("POST", "orders", {"site": "DE", "lines": [{"sku": "UNKNOWN"}]}),
            ("POST", "orders", {"lines": [{"sku": "OAK-MUG-4", "colour": "red"}]}),
            ("POST", "accounts/eu", {"seller_id": "A1"}),
            ("POST", "options", {"colour": "red"}),
            ("POST", "faults", {"kind": "earthquake"}),
            ("POST", "listings/eu/UNKNOWN", {"quantity": 1}),
        ):
            with self.subTest(path, **body):
                reply = self.control(method, path, **body)
                self.assertIn(reply.status, (400, 404))
                self.assertTrue(reply.body["error"])

    def test_calls_are_remembered_without_secrets(self):
        self.search(maxResultsPerPage=5)
        self.search(marketplaceIds="X", token="")
        login, good, bad = self.control("GET", "calls").body
        self.assertEqual(login["operation"], "token")
        self.assertEqual(set(login["params"]), {"grant_type", "client_id"})
        self.assertEqual(good["params"]["maxResultsPerPage"], "5")
        self.assertEqual((good["account"], good["status"]), ("eu", 200))
        self.assertEqual((bad["account"], bad["status"]), ("", 403))
        self.assertEqual(len(self.world.show_calls("searchOrders")), 2)
        self.control("DELETE", "calls")
        self.assertEqual(list(self.world.calls), [])


class TestServer(BaseCase):
    FOLDER = Path(simulator.__file__).parent

    def test_it_runs_as_a_program_until_it_is_told_to_end(self):
        state = self.enterContext(tempfile.TemporaryDirectory())
        options = ("--port", "0", "--state", state, "--history", "3")
        program = subprocess.Popen(
            [sys.executable, self.FOLDER / "__main__.py", *options],
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(program.stderr.close)
        self.addCleanup(program.kill)
        said = next(line for line in program.stderr if "http://" in line)
        url = said.split()[-1]
        with urlopen(f"{url}/_sim/health", timeout=10) as answer:
            self.assertEqual(json.load(answer)["orders"], 9)
        program.terminate()
        self.assertEqual(program.wait(timeout=10), 0)
        self.assertTrue(Path(state, "world.json").exists())

    def test_it_does_not_know_odoo(self):
        code = (
            f"import sys; sys.path.insert(0, {str(self.FOLDER.parent)!r});"
            "import simulator; sys.exit('odoo' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", code], check=False)
        self.assertEqual(done.returncode, 0)

    def test_without_models_it_goes_on_and_says_so_once(self):
        nowhere = {"ACORN_SPAPI_MODELS": f"/nowhere/{time.monotonic()}"}
        with (
            patch.dict(os.environ, nowhere),
            self.assertLogs(LOGGER, logging.INFO) as logs,
        ):
            for _time in range(2):
                with Simulator(World.quiet()) as amazon:
                    self.assertIsNone(make_validator())
                    with urlopen(f"{amazon.url}/_sim/health", timeout=10) as answer:
                        self.assertEqual(answer.status, 200)
        self.assertEqual(len(logs.output), 1)

    def test_when_it_has_ended_no_connection_is_left(self):
        with Simulator(World.quiet()) as amazon:
            connection = http.client.HTTPConnection(urlsplit(amazon.url).netloc)
            self.addCleanup(connection.close)
            connection.request("GET", "/_sim/health")
            connection.getresponse().read()
        for _time in range(2):  # the open connection, then a new one
            with self.assertRaises((http.client.HTTPException, ConnectionError)):
                connection.request("GET", "/_sim/health")
                connection.getresponse()
            connection.close()

    def test_many_may_call_at_once(self):
        world = World.quiet()
        world.generate_orders("eu", 200)
        with Simulator(world) as amazon, ThreadPoolExecutor(8) as pool:

            def call(number):
                order = {"lines": [{"sku": "OAK-MUG-4"}], "site": "DE"}
                body = json.dumps(order).encode()
                with urlopen(f"{amazon.url}/_sim/orders", body, timeout=20) as answer:
                    return json.load(answer)["orderId"]

            ids = set(pool.map(call, range(60)))
        self.assertEqual(len(ids), 60)
        self.assertEqual(world.health()["orders"], 260)

    def test_it_serves_this_machine_only(self):
        for host in ("0.0.0.0", "192.168.1.1", "::"):
            with self.subTest(host), self.assertRaises(ValueError):
                Simulator(World.quiet(), host=host)

    def test_a_world_may_have_other_accounts(self):
        shops = [account(f"shop{n}", f"Shop {n}", "DE FR") for n in range(3)]
        world = World.quiet(accounts=shops)
        ids = {
            world.place_order([{"sku": "OAK-MUG-4"}], "DE", shop.key)["orderId"]
            for shop in shops
        }
        self.assertEqual(len(ids), 3)
        self.assertTrue(all(len(shop.seller_id) == 14 for shop in shops))
