"""What each chat system wants to be told, and how it says whether it understood.

Every one of them answers 200 to what it refuses: only the body tells.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from .post import NotSent

WECOM, DINGTALK, FEISHU, GENERIC = "wecom", "dingtalk", "feishu", "generic"
MOST_BYTES = 4000  # the least of what they take: WeCom's Markdown has 4,096
MARKS = {"error": "🔴", "warning": "🟠", "info": "🔵"}


@dataclass(frozen=True)
class Line:
    """One alert, in words for people."""

    number: str
    severity: str
    reason: str
    shop: str
    name: str
    text: str
    url: str
    opened_at: str  # ISO 8601, UTC


@dataclass(frozen=True)
class Request:
    url: str
    body: bytes
    headers: dict


def build(kind, url, title, lines, secret, now):
    """Return the ``Request`` that tells of alerts.

    :param title: the first line, and what a list of chats shows
    :param secret: with which the system checks who speaks, '' when it does not
    :param now: aware time, part of signatures
    """
    return BUILDERS[kind](url, title, lines, secret, now)


def check(kind, answer):
    """Raise ``NotSent`` when an answer says that it did not arrive."""
    if not 200 <= answer.status < 300:
        raise NotSent("status", status=answer.status)
    if kind == GENERIC:
        return
    try:
        said = json.loads(answer.body)
        code = said.get("errcode", said.get("code", said.get("StatusCode")))
    except (ValueError, AttributeError):
        raise NotSent("not_understood") from None
    if code != 0:
        text = said.get("errmsg") or said.get("msg") or said.get("StatusMessage") or ""
        raise NotSent("refused", said=f"{code} {text}".strip()[:200])


def _wecom(url, title, lines, _secret, _now):
    return _request(
        url, {"msgtype": "markdown", "markdown": {"content": _markdown(title, lines)}}
    )


def _dingtalk(url, title, lines, secret, now):
    markdown = {"title": title, "text": _markdown(title, lines)}
    if secret:
        timestamp = str(int(now.timestamp() * 1000))
        signed = f"{timestamp}\n{secret}".encode()
        digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
        sign = {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}
        url = f"{url}{'&' if '?' in url else '?'}{urlencode(sign)}"
    return _request(url, {"msgtype": "markdown", "markdown": markdown})


def _feishu(url, title, lines, secret, now):
    said = {"msg_type": "text", "content": {"text": _plain(title, lines)}}
    if secret:
        timestamp = str(int(now.timestamp()))
        # Feishu signs nothing, with the key that others would sign.
        key = f"{timestamp}\n{secret}".encode()
        digest = hmac.new(key, b"", hashlib.sha256).digest()
        said |= {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}
    return _request(url, said)


def _generic(url, title, lines, secret, _now):
    alerts = [asdict(line) for line in lines]
    request = _request(url, {"title": title, "alerts": alerts})
    if secret:
        digest = hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
        request.headers["X-Acorn-Signature"] = f"sha256={digest}"
    return request


BUILDERS = {
    WECOM: _wecom,
    DINGTALK: _dingtalk,
    FEISHU: _feishu,
    GENERIC: _generic,
}


def _request(url, said):
    return Request(url, json.dumps(said, ensure_ascii=False).encode(), {})


def _markdown(title, lines):
    parts = [
        f"{MARKS.get(line.severity, '')} [{line.number}]({line.url}) **{line.shop}**: "
        f"{line.name}\n\n> {' '.join(line.text.split())}"
        for line in lines
    ]
    return _fitting(f"### {title}", parts)


def _plain(title, lines):
    parts = [
        f"{MARKS.get(line.severity, '')} {line.number} {line.shop}: {line.name}\n"
        f"{line.text}\n{line.url}"
        for line in lines
    ]
    return _fitting(title, parts)


def _fitting(title, parts):
    """Return as many whole parts as fit, and say when there are more."""
    text = title[:300]
    for position, part in enumerate(parts):
        longer = f"{text}\n\n{part}"
        if len(longer.encode()) > MOST_BYTES - 20:
            return f"{text}\n\n… +{len(parts) - position}"
        text = longer
    return text
