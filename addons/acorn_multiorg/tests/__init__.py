from . import (
    common,
    test_invite,
    test_new_unit,
    test_role_views,
    test_roles,
    test_scope,
    test_scope_audit,
    test_scope_companies,
    test_second_factor,
    test_stock_change,
    test_unit,
    test_who_grants,
)
