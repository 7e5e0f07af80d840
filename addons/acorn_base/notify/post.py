"""One POST of JSON to an address that an administrator has set."""

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..channel import RetryLater

TIMEOUT = 10  # seconds for connecting, and for each part of the answer
DEADLINE = 20  # seconds for the whole answer
MOST_BYTES = 65536  # of an answer: more tells nothing


class NotSent(RetryLater):
    """It did not arrive. ``code`` names a sentence; the address is a secret in itself
    and never part of the values."""

    def __init__(self, code, **values):
        super().__init__(code, code=code, values=values)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def post(url, body, headers=None, *, trusted=()):
    """Send bytes and return the ``Answer``, whatever its status.

    :param trusted: names of hosts that may be private and speak plain http, as the
        server's environment lists them
    :raise NotSent: when the address is not allowed, or nobody answers
    """
    scheme, host, port, path = _split(url)
    if scheme != "https" and not (scheme == "http" and host in trusted):
        raise NotSent("not_https")
    address = _resolve(host, port, host in trusted)
    try:
        # Connected to the address that was looked at: a name cannot change meanwhile.
        sock = socket.create_connection((address, port), TIMEOUT)
        with sock:
            connection = _connection(scheme, host, port, sock)
            lines = {"Content-Type": "application/json", **(headers or {})}
            connection.request("POST", path, body, lines)
            return _read(connection.getresponse())
    except (OSError, http.client.HTTPException) as error:
        raise NotSent("no_answer", error=type(error).__name__) from None


def _split(url):
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        path = parts.path or "/"
        foreign = not url.isascii() or any(c.isspace() for c in url)
        if foreign or parts.username or not parts.hostname:
            raise NotSent("bad_url")
    except ValueError:
        raise NotSent("bad_url") from None
    return (
        parts.scheme,
        parts.hostname,
        port,
        f"{path}?{parts.query}" if parts.query else path,
    )


def _resolve(host, port, trusted):
    """Return an address of the host; all that it has must be public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent("unknown_host", host=host) from None
    addresses = [place[0] for *_kind, place in found]
    if not trusted and not all(map(_is_public, addresses)):
        raise NotSent("private_host", host=host)
    return addresses[0]


def _is_public(address):
    ip = ipaddress.ip_address(address.partition("%")[0])
    return ip.is_global and not ip.is_multicast


def _connection(scheme, host, port, sock):
    if scheme == "http":
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        connection.sock = sock
        return connection
    context = ssl.create_default_context()
    connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT)
    connection.sock = context.wrap_socket(sock, server_hostname=host)
    return connection


def _read(response):
    deadline, body = time.monotonic() + DEADLINE, b""
    while len(body) < MOST_BYTES and time.monotonic() < deadline:
        part = response.read1(MOST_BYTES - len(body))
        if not part:
            break
        body += part
    return Answer(response.status, body)
