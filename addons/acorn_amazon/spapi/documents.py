"""Files that Amazon keeps at a presigned address: never fully trusted.

The address needs no token and gets none. What comes is checked: the status, the size
(also of what is unpacked), and that it is text in some charset.
"""

import gzip
import io
import time
import zlib
from email.message import Message

import requests

from odoo.addons.acorn_base.channel import Refused, RetryLater

from . import errors
from .network import session
from .recording import Recording, nowhere

LIMIT = 256 * 2**20  # bytes, packed and unpacked
PATIENCE = 300  # seconds for a whole file: its address lives no longer
_TIMEOUT = 60  # seconds to connect, and between two bytes
_GZIP = b"\x1f\x8b"

# Charsets as Amazon's files name them, and what is meant: Windows' supersets.
_MEANT = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
}


def download(url, charset, *, encrypted=True, limit=LIMIT, record=nowhere):
    """Return the text at a presigned address.

    :param charset: the one to try after UTF-8 and the one that the answer names
    :param encrypted: refuse an address that is not https
    :param record: takes a ``channel.Call`` of the download
    """
    content, named = fetch(url, encrypted=encrypted, limit=limit, record=record)
    return decode(content, (named, charset))


def fetch(url, *, encrypted=True, limit=LIMIT, record=nowhere):
    """Return the bytes at a presigned address, unzipped, and the charset it names.

    The parameters are those of ``download``.
    """
    _check(url, encrypted)
    with Recording(record, "download") as recording:
        content, named = _fetch(url, limit, recording)
        return unpack(content, limit), named


def upload(url, content, content_type, *, encrypted=True, record=nowhere):
    """Lay a file at a presigned address.

    :param content_type: the one that the address was made for
    :param encrypted: refuse an address that is not https
    """
    _check(url, encrypted)
    with Recording(record, "upload") as recording:
        try:
            with session(url) as http:
                answer = http.put(
                    url,
                    data=content,
                    headers={"Content-Type": content_type},
                    timeout=_TIMEOUT,
                    allow_redirects=False,
                )
        except requests.RequestException as error:
            raise errors.network(error, "upload") from error
        recording.answered(answer)
        if not 200 <= answer.status_code < 300:
            # Expired, most likely: the next try gets a fresh address.
            raise _broken(f"HTTP {answer.status_code}", "upload")


def unpack(content, limit=LIMIT):
    """Return the content, unzipped if it is zipped, whatever was announced."""
    if not content.startswith(_GZIP):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            plain = packed.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _broken(f"it cannot be unzipped ({error})") from error
    return _within(plain, limit)


def decode(content, charsets):
    """Return the text in the first charset that fits; UTF-8 never fits by chance."""
    for charset in filter(None, ("utf-8-sig", *charsets)):
        try:
            return content.decode(_MEANT.get(charset.lower(), charset))
        except (UnicodeDecodeError, LookupError):
            continue
    raise Refused(f"The file is in none of {charsets} nor UTF-8.", code="bad_document")


def _fetch(url, limit, recording):
    """Return the content, and the charset that the answer names."""
    try:
        with session(url) as http, _open(http, url) as answer:
            recording.answered(answer)
            if answer.status_code != 200:
                # Expired, most likely: Amazon gives a fresh address when asked again.
                raise _broken(f"HTTP {answer.status_code}")
            return _read(answer, limit), _charset_of(answer)
    except requests.RequestException as error:
        raise errors.network(error, "download") from error


def _open(http, url):
    return http.get(url, stream=True, timeout=_TIMEOUT, allow_redirects=False)


def _read(answer, limit):
    end = time.monotonic() + PATIENCE
    content = bytearray()
    for chunk in answer.iter_content(2**16):
        content += chunk
        _within(content, limit)
        if time.monotonic() > end:
            raise requests.Timeout(f"not complete after {PATIENCE} s")
    return bytes(content)


def _check(url, encrypted):
    if encrypted and not url.startswith("https://"):
        raise Refused("The file's address is not https.", code="bad_document")


def _broken(why, what="download"):
    return RetryLater(f"{what}: {why}", code="bad_answer")


def _within(content, limit):
    if len(content) > limit:
        raise Refused(f"The file has more than {limit} bytes.", code="bad_document")
    return content


def _charset_of(answer):
    """Return the charset that the answer names, '' when it names none."""
    # requests would put ISO-8859-1 for text that names none.
    header = Message()
    header["Content-Type"] = answer.headers.get("Content-Type", "")
    return header.get_content_charset("")
