from . import common, test_new_unit, test_scope, test_unit
