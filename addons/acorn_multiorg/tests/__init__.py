from . import (
    common,
    test_invite,
    test_scope,
    test_scope_companies,
    test_who_grants,
)
