"""The HTTP side: finds the operation and lets Amazon's rules act on it.

A call passes, in this order: the fault that may strike it, the access token, the
account's region and roles, the rate limit, the operation itself, Amazon's model.
"""

import json
import logging
from uuid import UUID

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from . import api, troubles
from .answers import AmazonError, denied, throttled
from .calls import Call

_logger = logging.getLogger(__name__)

REGIONS = ("na", "eu", "fe")
MALFORMED = "The access token you provided is revoked, malformed or invalid."


class Application:
    """:param validator: None to send answers without looking at them"""

    def __init__(self, world, validator=None):
        self.world, self.validator = world, validator
        self.is_closed = False
        self.pages = {}  # the last page of orders that each account was shown
        self._routes = Map(
            [
                Rule(each.path, endpoint=each, methods=[each.method])
                for each in api.OPERATIONS
            ],
            merge_slashes=False,  # there may be two in a SKU
        )

    def __call__(self, environ, start_response):
        if self.is_closed:
            troubles.hang_up(environ["werkzeug.socket"])
        request = Request(environ)
        request.get_data()  # or what is not read would precede the next request
        if request.path.startswith(api.control.PREFIX):
            response = api.control.answer(self.world, request)
        else:
            response = self._serve(request)
        return response(environ, start_response)

    def _serve(self, request):
        region, path = _cut_region(request.path)
        try:
            route, arguments = self._routes.bind("").match(path, request.method)
        except (
            NotFound,
            MethodNotAllowed,
        ):  # Amazon does not tell unknown paths from forbidden ones
            _logger.info("No operation is at %s %s", request.method, request.path)
            return self.respond(denied().answer())
        call = Call.of(self.world, route, arguments, region, request)
        fault = self._note(call)
        if fault is None:
            return self.carry_out(call)
        call.fault = fault.kind
        return troubles.KINDS[fault.kind](self, call, fault)

    def _note(self, call):
        """Remember the call and see who it is; the fault that strikes it, if any."""
        with self.world.present() as now:
            call.time = now
            self.world.calls.append(call)
            call.client_id, key, _expires = self.world.tokens.get(call.token)
            call.account = self.world.accounts.get(key)
            return self.world.faults.take(call.operation, key)

    def carry_out(self, call):
        """Do what is asked for, if it may be done."""
        is_read = call.route.method == "GET"
        hold = self.world.present if is_read else self.world.changing
        headers = {}
        with hold() as now:
            call.time = now
            try:
                if call.route.model:
                    self._admit(call)
                    self._meter(call, headers)
                answer = call.route.handler(call)
            except AmazonError as error:
                answer = error.answer()
            answer.headers.update(headers)
            response = self.respond(self._validated(call, answer), call)
            if call.operation == "searchOrders" and call.status == 200:
                self.pages[call.account.key] = response.get_data()
            return response

    def _admit(self, call):
        """Whether Amazon listens to this caller."""
        account = call.account
        _client, _key, expires = self.world.tokens.get(call.token)
        if not call.token:
            raise denied("Access token is missing in the request header.")
        if expires is None or (account and account.revoked):
            raise denied(MALFORMED)
        if expires <= call.time:
            raise denied("The access token you provided has expired.")
        if account is None or call.region not in ("", account.region):
            raise denied()
        if account.secret_expired:
            raise denied("The LWA secret token you provided has expired.")
        if call.operation in account.denied:
            raise denied()

    def _meter(self, call, headers):
        throttle, name = self.world.throttle, call.operation
        headers["x-amzn-RateLimit-Limit"] = throttle.limit(name)
        if not throttle.take(call.account.key, call.client_id, name, call.time):
            raise throttled()

    def _validated(self, call, answer):
        """The answer, or what is wrong with it: a bug of the simulator."""
        model, operation = call.route.model, call.operation
        if not (self.validator and model):
            return answer
        errors = self.validator.errors(model, operation, answer.status, answer.body)
        if not errors:
            return answer
        violation = {"operation": operation, "status": answer.status}
        violation["errors"] = errors[:20]
        self.world.violations.append(violation)
        _logger.error("The answer does not fit Amazon's model: %s", violation)
        message = "The simulator's answer does not fit Amazon's model"
        return AmazonError(500, "InternalFailure", message, errors[0]).answer()

    def respond(self, answer, call=None):
        """The answer as bytes."""
        body, headers = answer.body, dict(answer.headers)
        if isinstance(body, dict):
            body = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
            headers.setdefault("Content-Type", "application/json")
        number = (self.world.options.seed << 96) + self.world.next_number("request")
        headers["x-amzn-RequestId"] = str(UUID(int=number))
        if call:
            call.status = answer.status
        return Response(body, status=answer.status, headers=headers)


def _cut_region(path):
    """'/eu/orders/…' is the endpoint of Europe."""
    first, _slash, rest = path.removeprefix("/").partition("/")
    return (first, f"/{rest}") if first in REGIONS else ("", path)
