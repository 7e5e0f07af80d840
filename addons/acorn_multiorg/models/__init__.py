from . import (
    acorn_region,
    acorn_return,
    acorn_scope,
    acorn_scope_reach,
    acorn_shop,
    acorn_site,
    ir_rule,
    res_company,
    res_users,
    sale_order,
)
