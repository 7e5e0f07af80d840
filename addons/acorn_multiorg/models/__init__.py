from . import (
    acorn_scope,
    acorn_setting,
    acorn_setting_line,
    acorn_shop,
    acorn_site,
    acorn_stage,
    ir_rule,
    res_company,
    res_users,
)
