"""Amazon's own books of the last 30 days: the report of all orders that changed.

The document holds the report's text as it came and the period it covers.
"""

import json
from datetime import timedelta

from odoo.addons.acorn_base.channel import Document

from ..parse.order_report import check_report
from .order_report import BY_LAST_UPDATE, LONGEST
from .report import Request
from .report import next_step as next_report_step

# A report is for 30 days at most, and our clock is not Amazon's.
COVERED = LONGEST - timedelta(hours=1)


def next_step(gateway, sites, cursor, now):
    """Order the report, look whether it is there, or return it as one document."""

    def read(text, made):
        check_report(text)
        body = {
            "since": (made - COVERED).isoformat(),
            "until": made.isoformat(),
            "text": text,
        }
        yield Document("audit", "orders", made, json.dumps(body).encode())

    # Up to the present of Amazon, whatever the time is here.
    request = Request(BY_LAST_UPDATE, tuple(sites), now - COVERED, None)
    return next_report_step(gateway, request, cursor, now, read)
