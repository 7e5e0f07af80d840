"""How shops and streams are, in a word."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

STATES = {
    "draft": _lt("Not connected"),
    "live": _lt("Live"),
    "paused": _lt("Paused"),
    "stopped": _lt("Stopped"),
    "running": _lt("Running"),
    "late": _lt("Late"),
    "failing": _lt("Failing"),
    "closed": _lt("Closed to us"),
}
