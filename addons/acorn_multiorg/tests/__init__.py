from . import common, test_roles, test_scope, test_scope_audit
