from . import test_consolidation
from . import test_contract
from . import test_rate_import
from . import test_transaction
from . import test_settlement_intake
from . import test_posting
from . import test_bank
from . import test_bank_match
