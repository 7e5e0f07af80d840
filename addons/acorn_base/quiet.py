"""How records are made in bulk: without telling anybody of each of them."""

import gc
from contextlib import contextmanager

# The channel's document is the story of an order and of its buyer: nobody needs a note
# that they were created. Odoo's own note of where a delivery comes from is written.
QUIET = {
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_automation_skip": True,
}


@contextmanager
def without_gc():
    """Do not look for garbage while a batch makes what lives until it is committed."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
