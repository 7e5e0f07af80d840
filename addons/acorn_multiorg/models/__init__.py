from . import (
    acorn_region,
    acorn_return,
    acorn_scope,
    acorn_scope_reach,
    acorn_shop,
    acorn_site,
    acorn_unit,
    acorn_unit_maker,
    ir_rule,
    res_company,
    res_users,
    sale_order,
)
