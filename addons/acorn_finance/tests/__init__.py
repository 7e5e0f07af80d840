from . import test_consolidation
from . import test_contract
from . import test_rate_import
from . import test_statements
from . import test_accounting_reports
from . import test_tax_report
from . import test_transaction
from . import test_posting
