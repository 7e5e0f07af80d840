from . import common, test_roles, test_scope
from . import common, test_new_unit, test_scope, test_unit
