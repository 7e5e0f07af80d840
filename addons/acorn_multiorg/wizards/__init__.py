from . import acorn_new_unit
from . import acorn_preview, acorn_preview_line, acorn_preview_rule
from . import acorn_invite
from . import acorn_batch
from . import acorn_batch_row
from . import acorn_template_apply
from . import acorn_template_apply_line
from . import acorn_template_shop
from . import (
    acorn_setting_edit,
    acorn_setting_stage,
)
