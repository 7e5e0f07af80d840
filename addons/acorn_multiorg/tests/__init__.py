from . import common, test_scope
