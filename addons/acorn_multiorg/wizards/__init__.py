from . import acorn_new_unit
from . import acorn_invite
from . import (
    acorn_setting_edit,
    acorn_setting_stage,
)
