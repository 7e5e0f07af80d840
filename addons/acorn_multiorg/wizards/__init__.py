from . import (
    acorn_setting_edit,
    acorn_setting_stage,
)
