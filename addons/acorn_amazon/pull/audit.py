"""Amazon's own books of the last 30 days: the report of all orders that changed.

The document holds the report's text as it came and the period it covers.
"""

import json

from odoo.addons.acorn_base.channel import Document

from ..parse.order_report import check_report
from .order_report import BY_LAST_UPDATE, LONGEST, period
from .report import next_step as next_report_step


def next_step(gateway, sites, cursor, now):
    """Order the report, look whether it is there, or return it as one document."""

    def read(text, made):
        check_report(text)
        body = {
            "since": (made - LONGEST).isoformat(),
            "until": made.isoformat(),
            "text": text,
        }
        yield Document("audit", "orders", made, json.dumps(body).encode())

    request = period(BY_LAST_UPDATE, sites, now - LONGEST, now)
    return next_report_step(gateway, request, cursor, now, read)
