"""What monitors ask, without a login and without loading the database."""

import hashlib
import hmac
import json
import secrets
import threading
import time

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..prometheus import CONTENT_TYPE

TOKEN_PARAMETER = "acorn_base.monitor_token"  # a hash of it
KEPT = 5  # seconds for which an answer is given again

_answers = {}  # (database, what) → (until, answer)
_lock = threading.Lock()


def make_token():
    """Return a token for monitors, and the hash that is kept of it."""
    token = secrets.token_urlsafe(32)
    return token, digest(token)


def digest(token):
    # As random as its hash is long: no salt is needed.
    return hashlib.sha256(token.encode()).hexdigest()


class Health(http.Controller):
    _options = {
        "type": "http",
        "auth": "none",
        "methods": ["GET"],  # and HEAD
        "readonly": True,
        "save_session": False,
    }

    @http.route("/acorn/health", **_options)
    def health(self, **_unused):
        """Tell whether all goes well: 200 or 503; with the token, what does not."""
        report = _kept("health", lambda env: env["acorn.health"]._report())
        told = report if _is_known() else {"status": report["status"]}
        status = 200 if report["status"] == "ok" else 503
        return _answer(json.dumps(told), "application/json", status)

    @http.route("/acorn/metrics", **_options)
    def metrics(self, **_unused):
        """Tell Prometheus the figures of all shops; with the token only."""
        if not _is_known():
            answer = _answer("A token is needed.\n", "text/plain; charset=utf-8", 401)
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        text = _kept("metrics", lambda env: env["acorn.metrics"]._text())
        return _answer(text, CONTENT_TYPE, 200)


def _kept(what, compute):
    """Return what was computed some seconds ago, or compute it: once at a time."""
    key = (request.db, what)
    with _lock:
        until, answer = _answers.get(key, (0, None))
        if time.monotonic() >= until:
            answer = compute(request.env(user=SUPERUSER_ID))
            _answers[key] = (time.monotonic() + KEPT, answer)
        return answer


def _is_known():
    """Tell whether the request brings the token that an administrator has made."""
    kind, _space, token = request.httprequest.headers.get(
        "Authorization", ""
    ).partition(" ")
    # sudo: nobody is logged in; only the hash is compared.
    parameters_sudo = request.env["ir.config_parameter"].sudo()
    known = parameters_sudo.get_param(TOKEN_PARAMETER) or ""
    return kind.lower() == "bearer" and hmac.compare_digest(
        digest(token.strip()), known
    )


def _answer(text, content_type, status):
    headers = [("Content-Type", content_type), ("Cache-Control", "no-store")]
    return request.make_response(text, headers, status=status)
