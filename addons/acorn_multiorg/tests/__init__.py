from . import common, test_roles, test_scope
from . import test_role_views
from . import test_new_unit, test_unit
from . import test_scope_audit
from . import (
    test_invite,
    test_replacement,
    test_second_factor,
    test_newest_orders,
    test_scope_companies,
    test_scope_session,
    test_stock_change,
    test_who_grants,
)
from . import test_foreign_documents
from . import common_setting, test_setting, test_setting_outcome
from . import test_preview, test_rights
from . import test_template
from . import test_batch
from . import (
    group_world,
    matrix,
    test_isolation,
    test_isolation_rpc,
)
from . import test_stays_within
