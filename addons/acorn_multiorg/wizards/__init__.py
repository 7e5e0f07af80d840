from . import acorn_invite
from . import acorn_new_unit
