from . import test_consolidation
from . import test_contract
from . import test_rate_import
from . import test_overhead
from . import test_profit
from . import test_profit_estimate
from . import test_profit_statement
