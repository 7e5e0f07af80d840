from . import common, test_scope, test_scope_audit
from . import common, test_roles, test_scope
