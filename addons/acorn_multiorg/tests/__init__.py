from . import common, test_role_views, test_roles, test_scope
