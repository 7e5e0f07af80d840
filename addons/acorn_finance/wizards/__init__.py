from . import acorn_rate_import
