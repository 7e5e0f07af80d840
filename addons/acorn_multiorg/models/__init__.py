from . import (
    acorn_region,
    acorn_scope,
    acorn_scope_reach,
    acorn_shop,
    acorn_site,
    acorn_unit,
    acorn_unit_maker,
    acorn_unit_rules,
    ir_rule,
    res_company,
    res_users,
)
