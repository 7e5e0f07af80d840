"""Encryption at rest of secrets and of documents with personal data.

The key comes from the server's environment, never from the database: who steals a
backup has nothing. ``ACORN_SECRET_KEY`` holds one or more Fernet keys separated by
commas (the first encrypts, all decrypt: that is how a key is rotated), or
``ACORN_SECRET_KEY_FILE`` names a file with them that only the server can read.
"""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

KEY_VARIABLE = "ACORN_SECRET_KEY"
FILE_VARIABLE = "ACORN_SECRET_KEY_FILE"


class VaultError(Exception):
    """The key is missing, malformed or not the one that encrypted the value.

    ``code`` is a word that models turn into a sentence, with ``values`` in it.
    """

    values = {"variable": KEY_VARIABLE, "file_variable": FILE_VARIABLE}

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


def encrypt(plain: bytes) -> str:
    """Return an ASCII token that only the holder of the key can read."""
    return _fernet(_key_text()).encrypt(plain).decode()


def decrypt(token: str) -> bytes:
    try:
        return _fernet(_key_text()).decrypt(token.encode())
    except InvalidToken:
        raise VaultError(
            "A stored value was encrypted with another key. Put the earlier key back "
            f"behind the present one in {KEY_VARIABLE} (separated by a comma), or "
            "enter the secret again.",
            "key_other",
        ) from None


def fingerprint(text: str) -> str:
    """Return a keyed hash: recognises a value again without being able to tell it."""
    key = hashlib.sha256(b"acorn fingerprint" + _last_key(_key_text())).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def check():
    """Raise ``VaultError`` with what to do when there is no usable key."""
    _fernet(_key_text())


def _key_text():
    text = os.environ.get(KEY_VARIABLE, "").strip()
    if text:
        return text
    path = os.environ.get(FILE_VARIABLE, "").strip()
    if not path:
        raise VaultError(
            f"Acorn has no key to encrypt secrets with. Set {KEY_VARIABLE} (or "
            f"{FILE_VARIABLE}, the path of a file that only the server can read) in "
            "the environment of the Odoo server and start it again. A new key is "
            'made by: python3 -c "from cryptography.fernet import Fernet; '
            'print(Fernet.generate_key().decode())"',
            "key_missing",
        )
    try:
        with open(path, encoding="ascii") as key_file:
            return key_file.read().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise VaultError(
            f"The key file named by {FILE_VARIABLE} cannot be read ({error}). Create "
            "it, or give the server the right to read it.",
            "key_file",
        ) from None


def _keys(text):
    return [key for key in text.replace(",", " ").split() if key]


def _last_key(text):
    # The oldest key: fingerprints must stay the same when a new key is put in front.
    return _keys(text)[-1].encode()


@lru_cache(maxsize=4)
def _fernet(text):
    try:
        return MultiFernet([Fernet(key) for key in _keys(text)])
    except ValueError:
        raise VaultError(
            f"The key in {KEY_VARIABLE} or {FILE_VARIABLE} is not a Fernet key (32 "
            "bytes in URL-safe base64). Correct it and start the server again.",
            "key_malformed",
        ) from None
