from . import acorn_profit_statement
from . import acorn_profit_statement_line
from . import acorn_rate_import
from . import sale_advance_payment_inv
from . import acorn_statement
from . import acorn_package
from . import acorn_tax_facts
from . import acorn_settlement_import
