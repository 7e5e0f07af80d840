"""How faults show: functions of the application, the call and the fault."""

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


KINDS = {
    "status": _status,  # answer with `status`, `body` and `headers` and do nothing
    "html": _html,  # a 503 page of the load balancer
    "empty": _empty,  # 200 and {}
    "truncated": _truncated,  # do it, send half of the answer and hang up
    "reset": _reset,  # hang up without doing it
    "lost_answer": _lost_answer,  # do it, then hang up
    "delay": _delay,  # wait `seconds`, then do it
}
