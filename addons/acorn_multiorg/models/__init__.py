from . import (
    acorn_scope,
    acorn_shop,
    acorn_site,
    ir_rule,
    res_company,
    res_users,
)
