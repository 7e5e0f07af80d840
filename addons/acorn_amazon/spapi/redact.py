"""Keeps tokens, secrets and buyers' addresses out of every log."""

import logging
import re

# What is secret wherever it stands, and what is secret because of the name before it.
_SECRETS = (
    (re.compile(r"\b(Atz[ar]|Atz\.sprdt)\|[\w|./+=~-]*"), r"\1|***"),
    (re.compile(r"\bamzn1\.oa2-cs\.v1\.\w+"), "amzn1.oa2-cs.v1.***"),
    (
        re.compile(
            r"((?:client_secret|refresh_token|access_token|x-amz-access-token"
            r"|X-Amz-(?:Signature|Credential|Security-Token))"
            r"[\"']?\s*[=:]\s*[\"']?)(?!Atz)[^\s&\"',}]+",
            re.IGNORECASE,
        ),
        r"\1***",
    ),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "***@***"),
)

# Libraries that would write whole addresses at INFO, and headers and bodies at DEBUG.
_SILENCED = ("httpx", "httpcore")
_MASKED = ("urllib3.connectionpool", "sp_api.base.client")


def mask(text):
    """Return the text without what nobody may read in a log."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class _Mask(logging.Filter):
    def filter(self, record):
        record.msg, record.args = mask(record.getMessage()), ()
        return True


_MASK = _Mask()


def logger(name):
    """Return the logger of that name; it writes nothing secret."""
    found = logging.getLogger(name)
    found.addFilter(_MASK)  # adding it twice changes nothing
    return found


def install():
    """Silence the libraries below; an application that wants their logs gets masks."""
    for name in _SILENCED:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _MASKED:
        logger(name)
