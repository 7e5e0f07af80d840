from . import (
    acorn_return,
    acorn_scope,
    acorn_shop,
    acorn_site,
    ir_rule,
    res_company,
    res_users,
    sale_order,
)
