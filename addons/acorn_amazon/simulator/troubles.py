"""How faults show: functions of the application, the call and the fault."""

import json
import socket
import time

from .answers import Answer

BUSY_PAGE = (
    "<html><head><title>503 Service Temporarily Unavailable</title></head><body>"
    "<center><h1>503 Service Temporarily Unavailable</h1></center></body></html>"
)


def _status(app, call, fault):
    return app.respond(Answer(fault.status, fault.body, fault.headers), call)


def _html(app, call, fault):
    page = Answer(503, BUSY_PAGE, {"Content-Type": "text/html"})
    return app.respond(page, call)


def _empty(app, call, fault):
    return app.respond(Answer(200, {}), call)


def _truncated(app, call, fault):
    response = app.carry_out(call)
    data = response.get_data()
    response.response = [data[: len(data) // 2]]
    response.headers["Content-Length"] = str(len(data))
    response.headers["Connection"] = "close"
    return response


def hang_up(connection):
    """End a connection; the server takes the exception for the client's doing."""
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError


def _reset(app, call, fault):
    hang_up(call.connection)


def _lost_answer(app, call, fault):
    app.carry_out(call)
    return _reset(app, call, fault)


def _delay(app, call, fault):
    time.sleep(fault.seconds)
    return app.carry_out(call)


def _hold(app, call, fault):
    app.world.gate.hold(call)
    return app.carry_out(call)


def _hold_answer(app, call, fault):
    answer = app.carry_out(call)
    app.world.gate.hold(call)
    return answer


def _repeat_page(app, call, fault):
    """The page before comes again, with the token that has just been used."""
    before = _page_before(app, call)
    if not before:
        return app.carry_out(call)
    return app.respond(Answer(200, before), call)


def _overlap_page(app, call, fault):
    """The page begins with the last order of the page before."""
    before = _page_before(app, call)
    response = app.carry_out(call)
    if not before or call.status != 200:
        return response
    body = json.loads(response.get_data())
    body["orders"] = [*before["orders"][-1:], *body["orders"]]
    return app.respond(Answer(200, body), call)


def _page_before(app, call):
    page = app.pages.get(call.account.key) if call.account else None
    return json.loads(page) if page and "paginationToken" in call.params else None


KINDS = {
    "status": _status,  # answer with `status`, `body` and `headers` and do nothing
    "html": _html,  # a 503 page of the load balancer
    "empty": _empty,  # 200 and {}
    "truncated": _truncated,  # do it, send half of the answer and hang up
    "reset": _reset,  # hang up without doing it
    "lost_answer": _lost_answer,  # do it, then hang up
    "delay": _delay,  # wait `seconds`, then do it
    "hold": _hold,  # wait until it is let go, then do it
    "hold_answer": _hold_answer,  # do it, and answer when it is let go
    "repeat_page": _repeat_page,  # of orders: the same page comes twice
    "overlap_page": _overlap_page,  # one order comes on two pages
}
