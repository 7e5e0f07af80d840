"""Why a webhook did not arrive and what to do next, for the codes of ``notify``."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

SENTENCES = {
    "bad_url": _lt(
        "This is no address of a webhook. Copy it whole from the chat system, without "
        "blanks, beginning with https://."
    ),
    "not_https": _lt(
        "Only https is used: alerts must not be read on the way. A host of your own "
        "network can be allowed in ACORN_WEBHOOK_HOSTS in the server's environment."
    ),
    "private_host": _lt(
        "%(host)s is an address inside your network. When it is meant, list it in "
        "ACORN_WEBHOOK_HOSTS in the server's environment."
    ),
    "unknown_host": _lt("There is no host %(host)s. Correct the address."),
    "no_answer": _lt(
        "Nobody answered (%(error)s). Acorn tries again; see whether the server may "
        "reach the internet."
    ),
    "status": _lt(
        "The answer was HTTP %(status)s. Acorn tries again; when it stays, copy the "
        "address from the chat system anew."
    ),
    "not_understood": _lt(
        "The answer is not that of the chosen system. Choose the right one, or copy "
        "the address anew."
    ),
    "refused": _lt(
        "The chat system refused it: %(said)s. Compare the address, the signing secret "
        "and the robot's security settings there (a keyword must be Acorn)."
    ),
    "sealed": _lt("The address cannot be read. %(error)s"),
}
