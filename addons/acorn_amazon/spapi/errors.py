"""What went wrong at Amazon, by who must act.

The HTTP status decides, not Amazon's own codes: its APIs have a dozen words for one
status. Only 403 needs the words, for it means anything from a missing role to an
expired secret.
"""

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime

from odoo.addons.acorn_base.channel import UTC, AccountProblem, Refused, RetryLater

from . import redact
from .throttle import RATES

# Every word that `code` of an error of this channel can be, and what it means. Models
# turn them into sentences; these are the words where Amazon has none of its own.
CODES = {
    # nobody must act
    "throttled": "Amazon's budget for this call is spent",
    "amazon_down": "Amazon had an internal error",
    "network": "Amazon could not be reached",
    "bad_answer": "the answer is not what Amazon's model says",
    # the account: credentials
    "missing_credentials": "a part of the credentials is not filled in",
    "aws_key_as_client_id": "an AWS access key stands where the LWA client id belongs",
    "app_id_as_client_id": "the application id stands where the LWA client id belongs",
    "access_token_as_refresh_token": "an access token was given as refresh token",
    "bad_refresh_token": "this is not a refresh token: they begin with Atzr|",
    "wrong_client_id": "Amazon does not know the client id",
    "wrong_client_secret": "the client id and the client secret do not fit",
    "secret_expired": "the client secret has expired",
    "token_revoked": "the seller's authorisation was revoked or never given",
    "token_of_other_app": "the refresh token was made for another application",
    "token_refused": "the region refuses an access token that was made just now",
    "wrong_region": "the account belongs to another region",
    # the account: rights
    "missing_role": "the application lacks a role, or the seller has not granted it",
    "site_not_authorised": "the account may not sell on this marketplace",
    "listings_suspended": "Amazon has suspended the account",
    "no_sites": "the account sells on no marketplace",
    # one document
    "not_found": "Amazon has no such document",
    "refused": "Amazon refuses the request",
    "report_failed": "Amazon could not make the report",
    "bad_document": "the document is not what Amazon's model says",
    "missing_field": "the document lacks a field",
    "bad_field": "a field does not hold what it should",
    "unknown_word": "a field holds a word that Acorn does not know",
    "mixed_currencies": "one document has amounts in several currencies",
    "missing_column": "the report lacks a column",
    "no_order_report": "the file is no order report",
    "no_settlement": "the file is no settlement",
    "bad_settlement": "a settlement cannot be read in full",
    "settlement_gone": "a settlement is listed and its file is not there",
    "bad_row": "a row of the report cannot be read",
    "order_cancelled": "the order is cancelled at Amazon",
    "shipped_otherwise": "Amazon knows these items as shipped in other parcels",
    "carrier_without_name": "the carrier is Other and has no name",
    "carrier_refused": "Amazon does not know the carrier by this word",
    "tracking_refused": "Amazon does not take the tracking number",
    "quantity_refused": "more is shipped than Amazon waits for",
    "no_parcel": "Amazon has no such parcel to change, or the order is fulfilled",
    "nothing_to_cancel": "the order has no items to cancel",
    "cancellation_refused": "Amazon does not cancel the order",
}

# What 403 says, first match wins. The rest is a role: Amazon gives no details then.
_DENIALS = (
    (re.compile(r"secret.*expired"), "secret_expired"),
    (re.compile(r"not valid for region"), "wrong_region"),
    (re.compile(r"token"), "token_refused"),
    (re.compile(r"suspend"), "listings_suspended"),
    (re.compile(r"marketplace"), "site_not_authorised"),
)
_STREAM_ONLY = ("missing_role", "site_not_authorised")

# What Login with Amazon says; its words for the client name the wrong parameter.
_LOGIN = {
    "invalid_client": "wrong_client_secret",
    "invalid_grant": "token_revoked",
    "unauthorized_client": "token_of_other_app",
    "access_denied": "token_revoked",
}
_LOGIN_PARAMETERS = (
    (re.compile(r"secret.*expired"), "secret_expired"),
    (re.compile(r"client_?id"), "wrong_client_id"),
    (re.compile(r"client_?secret"), "wrong_client_secret"),
    (re.compile(r"refresh_?token"), "token_revoked"),
)

_DOWN = 60  # seconds after which Amazon's trouble may be over
_LONGEST = 24 * 3600  # seconds; whoever asks us to wait longer is not Amazon


def is_about_token(response):
    """Tell whether another access token may help."""
    return response.status_code == 401 or (
        response.status_code == 403 and _denial(response) == "token_refused"
    )


def from_response(response, operation, *, write=False):
    """Return the error that an answer other than 2xx is.

    :param write: the call changes something at Amazon, so that its outcome is unknown
        unless Amazon surely did not carry it out
    """
    status = response.status_code
    if status == 429:
        seconds = _pause(response, operation)
        return _problem(RetryLater, response, operation, "throttled", seconds)
    if status >= 500 or status == 408:
        return _unknown(response, operation, "amazon_down", write)
    if status in (401, 403):
        code = _denial(response)
        return _problem(
            AccountProblem, response, operation, code, stream_only=code in _STREAM_ONLY
        )
    if 400 <= status < 500:
        code = "not_found" if status == 404 else "refused"
        return _problem(Refused, response, operation, code)
    return bad_answer(response, operation, write=write)


def from_login(response):
    """Return the error that a refusal of Login with Amazon is."""
    if response.status_code == 429 or response.status_code >= 500:
        return from_response(response, "login")
    body = _json(response)
    if not body.get("error"):
        return bad_answer(response, "login")
    code = _first(_LOGIN_PARAMETERS, str(body.get("error_description", "")).lower())
    code = code or _LOGIN.get(body["error"], "missing_credentials")
    return _problem(AccountProblem, response, "login", code)


def bad_answer(response, operation, *, write=False):
    """Return the error for an answer that Amazon's model does not know."""
    return _unknown(response, operation, "bad_answer", write)


def network(error, operation, *, unknown_outcome=False):
    """Return the error for an answer that never came."""
    said = redact.mask(f"{operation}: {type(error).__name__}: {error}")
    return RetryLater(said, _DOWN, unknown_outcome=unknown_outcome, code="network")


def request_id(response):
    """Return Amazon's number for a call, which its support asks for."""
    headers = response.headers
    return headers.get("x-amzn-RequestId") or headers.get("x-amz-request-id") or ""


def rate_limit(response):
    """Return the calls per second that Amazon says it allows, or None."""
    try:
        rate = float(response.headers.get("x-amzn-RateLimit-Limit", ""))
    except ValueError:
        return None
    return rate if 0 < rate < 1e6 else None


def _unknown(response, operation, code, write):
    seconds = _pause(response)
    return _problem(
        RetryLater, response, operation, code, seconds, unknown_outcome=write
    )


def _problem(kind, response, operation, code, *seconds, **details):
    said = _words(response) or f"HTTP {response.status_code}, {CODES[code]}"
    return kind(
        redact.mask(f"{operation}: {said}"),
        *seconds,
        code=code,
        reference=request_id(response),
        **details,
    )


def _denial(response):
    default = "token_refused" if response.status_code == 401 else "missing_role"
    return _first(_DENIALS, _words(response).lower()) or default


def _first(table, text):
    return next((code for pattern, code in table if pattern.search(text)), "")


def _words(response):
    """Return what Amazon says, in its own words, from any of its forms of error."""
    body = _json(response)
    errors = body.get("errors")
    errors = errors if isinstance(errors, list) and errors else [body]
    names = ("code", "message", "details", "error", "error_description")
    return "; ".join(
        " - ".join(str(error[name]) for name in names if error.get(name))
        for error in errors
        if isinstance(error, dict)
    )[:1000]


def _json(response):
    try:
        body = json.loads(response.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _pause(response, operation=None):
    """Return the seconds to wait: as asked for, else as the budget says."""
    asked = _retry_after(response.headers.get("Retry-After", ""))
    if asked is not None:
        return min(max(asked, 1), _LONGEST)
    if operation in RATES:
        rate = rate_limit(response)
        return 1 / rate if rate else RATES[operation].period
    return _DOWN


def _retry_after(text):
    if text.isdecimal():
        return int(text)
    try:
        return (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return None
