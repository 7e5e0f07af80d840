from . import common, test_roles, test_scope
from . import test_new_unit, test_unit
from . import test_scope_audit
from . import common_setting, test_setting, test_setting_outcome
from . import test_template
from . import test_batch
