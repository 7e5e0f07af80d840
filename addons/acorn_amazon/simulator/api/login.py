"""Login with Amazon: the tokens that all other calls need."""

from datetime import timedelta
from hashlib import sha256

from ..answers import Answer, LoginError
from ..calls import Operation

LIFE = timedelta(hours=1)
SCOPES = (
    "sellingpartnerapi::notifications",
    "sellingpartnerapi::client_credential:rotation",
)


def issue_token(call):
    form = call.form or _json_form(call)
    grant = form.get("grant_type")
    if grant not in GRANTS:
        raise LoginError(
            400,
            "unsupported_grant_type",
            "The authorization grant type is not supported by the authorization server",
        )
    return GRANTS[grant](call, form, _app(call, form))


def _json_form(call):
    """Amazon's own SDKs send JSON instead of a form."""
    body = call.body
    return body if isinstance(body, dict) else {}


def _app(call, form):
    """The accounts that use the app that calls; one client may serve several."""
    _need(form, "client_id", "client_secret")
    given = form["client_id"], form["client_secret"]
    users = [
        account
        for account in call.world.accounts.values()
        if (account.client_id, account.client_secret) == given
    ]
    if not users:
        raise LoginError(401, "invalid_client", "Client authentication failed")
    return users


def _need(form, *names):
    for name in names:
        if not form.get(name):
            raise LoginError(
                400,
                "invalid_request",
                f"The request is missing a required parameter : {name}",
            )


def _refresh(call, form, users):
    _need(form, "refresh_token")
    token = form["refresh_token"]
    owners = [
        account
        for account in call.world.accounts.values()
        if account.refresh_token == token and not account.revoked
    ]
    if not owners:
        raise LoginError(
            400,
            "invalid_grant",
            "The request has an invalid grant parameter : refresh_token. User may have"
            " revoked or didn't grant the permission.",
        )
    if owners[0] not in users:
        raise LoginError(
            400, "unauthorized_client", "Not authorized for requested operation"
        )
    call.account = owners[0]
    answer = _token(call, form, owners[0].key)
    answer.body["refresh_token"] = token
    return answer


def _grantless(call, form, users):
    _need(form, "scope")
    if form["scope"] not in SCOPES:
        raise LoginError(400, "invalid_scope", "An unknown scope was requested")
    answer = _token(call, form, None)
    answer.body["scope"] = form["scope"]
    return answer


def _token(call, form, key):
    words = call.world.options.seed, key, call.world.next_number("token")
    token = "Atza|" + sha256(repr(words).encode()).hexdigest()
    call.world.tokens.add(token, form["client_id"], key, call.time + LIFE)
    body = {
        "access_token": token,
        "token_type": "bearer",
        "expires_in": int(LIFE.total_seconds()),
    }
    return Answer(200, body)


GRANTS = {"refresh_token": _refresh, "client_credentials": _grantless}
OPERATIONS = [Operation("token", "POST", "/auth/o2/token", issue_token)]
