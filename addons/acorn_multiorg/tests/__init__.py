from . import common, test_scope, test_scope_audit
