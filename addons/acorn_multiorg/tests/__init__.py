from . import common, common_setting, test_scope, test_setting, test_setting_outcome
