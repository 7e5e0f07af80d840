from . import acorn_new_unit
from . import acorn_preview, acorn_preview_line, acorn_preview_rule
from . import acorn_invite
