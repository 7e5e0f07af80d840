"""Tokens for the next page: opaque to apps, and stateless."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from ..answers import invalid
from .parameters import texts


def seal(content):
    text = json.dumps(content, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unseal(token, name):
    try:
        content = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError as error:
        raise invalid("Invalid Input", f"{name} is invalid") from error
    if not isinstance(content, dict):
        raise invalid("Invalid Input", f"{name} is invalid")
    return content


def fingerprint(call, free):
    """Tells other queries apart: all parameters count but the ``free`` ones."""
    asked = {name: sorted(texts(call, name)) for name in call.query if name not in free}
    words = call.account.key, sorted(asked.items())
    return sha256(repr(words).encode()).hexdigest()[:16]
