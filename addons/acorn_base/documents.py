"""How documents are kept: compressed, encrypted, recognised by a digest."""

import hashlib
import json
import zlib

from . import vault

LARGE = 256 * 1024  # larger documents live in the filestore, bytes


def seal(body):
    """Return what is stored of a document."""
    return vault.encrypt(zlib.compress(body, 6))


def digest_of(body):
    return hashlib.sha256(body).hexdigest()


def changed_fields(before, after):
    """Return the top-level names whose values differ between two JSON documents."""
    try:
        old, new = json.loads(before), json.loads(after)
    except ValueError:
        return []
    if not isinstance(old, dict) or not isinstance(new, dict):
        return []
    return sorted(
        name for name in old.keys() | new.keys() if old.get(name) != new.get(name)
    )


def unseal(stored):
    return zlib.decompress(vault.decrypt(stored))
