"""``/_sim/``: the world's methods over HTTP, with JSON in and out.

The body's (or, for GET, the query's) names are the method's arguments.
"""

import json

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

PREFIX = "/_sim/"
ORDER = "orders/<order_id>"
ROUTES = (
    ("GET", "health", "health"),
    ("POST", "reset", "reset"),
    ("GET", "orders", "find_orders"),
    ("POST", "orders", "place_order"),
    ("PUT", "orders", "put_order"),
    ("POST", "orders/generate", "generate_orders"),
    ("GET", ORDER, "order"),
    ("POST", f"{ORDER}/status", "set_status"),
    ("POST", f"{ORDER}/cancel", "cancel_order"),
    ("POST", f"{ORDER}/cancellation-request", "request_cancellation"),
    ("POST", f"{ORDER}/address", "change_address"),
    ("POST", f"{ORDER}/touch", "touch_order"),
    ("POST", f"{ORDER}/items/<item_id>", "edit_line"),
    ("POST", f"{ORDER}/return", "request_return"),
    ("POST", f"{ORDER}/return-to-amazon", "return_to_amazon"),
    ("GET", "returns", "show_returns"),
    ("POST", "returns/<number>", "change_return"),
    ("POST", "returns/<number>/approve", "approve_return"),
    ("POST", "returns/<number>/refund", "refund_return"),
    ("GET", "accounts", "show_accounts"),
    ("POST", "accounts/<key>", "set_account"),
    ("GET", "listings/<account>", "show_listings"),
    ("POST", "listings/<account>/grow", "grow_catalogue"),
    ("POST", "listings/<account>/<path:sku>", "set_listing"),
    ("GET", "fba/<account>/<site>", "show_fba_stock"),
    ("POST", "fba/<account>/<site>/<path:sku>", "put_fba_stock"),
    ("POST", "fba-events", "add_fba_event"),
    ("POST", "reports", "add_report"),
    ("GET", "shipments", "received_shipments"),
    ("POST", "clock", "set_clock"),
    ("GET", "faults", "show_faults"),
    ("POST", "faults", "add_fault"),
    ("DELETE", "faults", "clear_faults"),
    ("GET", "held", "show_held"),
    ("POST", "held", "release_held"),
    ("GET", "options", "show_options"),
    ("POST", "options", "set_options"),
    ("GET", "calls", "show_calls"),
    ("DELETE", "calls", "forget_calls"),
    ("GET", "violations", "show_violations"),
)
MAP = Map(
    [
        Rule(PREFIX + path, endpoint=name, methods=[method])
        for method, path, name in ROUTES
    ],
    merge_slashes=False,
)


def answer(world, request):
    try:
        name, arguments = MAP.bind("").match(request.path, request.method)
    except (NotFound, MethodNotAllowed) as error:
        return _respond({"error": f"{request.path}: {error.description}"}, 404)
    try:
        arguments |= _arguments(request)
        return _respond(getattr(world, name)(**arguments), 200)
    except (ValueError, KeyError, TypeError) as error:
        return _respond({"error": f"{type(error).__name__}: {error}"}, 400)


def _arguments(request):
    if request.method == "GET":
        return request.args.to_dict()
    return json.loads(request.get_data() or "{}")


def _respond(body, status):
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status=status, content_type="application/json")
