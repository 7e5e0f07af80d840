"""How records are made in bulk: without telling anybody of each of them."""

import gc
from contextlib import contextmanager

# What marks work in bulk in a context: nobody outside can send it.
BULK = object()

# The channel's document is the story of an order and of its buyer: nobody needs a note
# that they were created, confirmed or delivered by what it says. What changes later is
# noted as ever, and so is where a delivery comes from.
QUIET = {
    "acorn_checked": BULK,  # the shop's own records, whose company was checked there
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_automation_skip": True,
}


def in_bulk(records, key):
    """Tell whether records are worked on in bulk, in the way that a key names."""
    return records.env.context.get(key) is BULK


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
