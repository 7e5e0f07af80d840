from . import acorn_new_unit
