from . import (
    acorn_scope,
    acorn_shop,
    acorn_site,
    acorn_unit,
    acorn_unit_maker,
    ir_rule,
    res_company,
    res_users,
)
