from . import common, test_roles, test_scope
