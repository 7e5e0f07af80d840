from . import acorn_rate_import
from . import acorn_statement
