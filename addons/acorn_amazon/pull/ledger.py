"""What happened to goods in Amazon's warehouses: see ``report`` for its cursor.

Amazon adds to the days that are past, so the last ones are read again each time. A
long period, after a pause, comes in several reports.
"""

from datetime import timedelta

from odoo.addons.acorn_base.channel import AccountProblem, Document, Page, instant

from ..parse.ledger import check
from .report import Request
from .report import next_step as next_report_step

REPORT = "GET_LEDGER_DETAIL_VIEW_DATA"
AGAIN = timedelta(days=10)  # read again
LONGEST = timedelta(days=30)  # one report
OLDEST = timedelta(days=540)  # Amazon keeps 18 months
ROLE = "Amazon Fulfillment"


def next_step(gateway, sites, cursor, now):
    """Order the report, look whether it is there, or return it as one document."""
    position = min(instant(cursor["until"]), now)
    since = _midnight(max(position - AGAIN, now - OLDEST))
    until = since + LONGEST
    is_last = until >= now

    def read(text, made):
        check(text)
        yield Document("ledger", f"{since:%Y-%m-%d}", made, text.encode())

    request = Request(REPORT, tuple(sites), since, None if is_last else until)
    try:
        page = next_report_step(gateway, request, cursor, now, read)
    except AccountProblem as problem:
        problem.values["role"] = ROLE
        raise
    if page.again_in is not None or is_last:
        return page
    return Page(page.documents, {"until": until.isoformat()}, more=True)


def _midnight(moment):
    """Whole days: of equal rows of one day either all are read again or none."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
