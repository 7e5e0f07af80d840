from . import acorn_profit_statement
from . import acorn_profit_statement_line
