from . import acorn_new_unit
from . import acorn_invite
