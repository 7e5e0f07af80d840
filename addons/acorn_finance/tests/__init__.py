from . import test_contract
from . import test_entries
from . import test_posting
from . import test_posting_tax
