from . import acorn_invite
