from . import acorn_fetch_order
from . import acorn_forget_buyer
from . import acorn_history_import
from . import acorn_message_skip
from . import acorn_offer_mapping
from . import acorn_offer_mapping_error
from . import acorn_order_import
from . import acorn_print_labels
