"""Orders of a period, from a report: see ``report`` for its cursor.

One report tells of any number of orders for three calls, though without detail. Amazon
makes one for 30 days at most, and for all sites of the account whatever it is asked.
"""

from datetime import timedelta

from ..parse.order_report import read_orders, unreadable
from .report import Request
from .report import next_step as next_report_step

BY_ORDER_DATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
BY_LAST_UPDATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
LONGEST = timedelta(days=30)


def next_step(gateway, request, closed_sites, cursor, now):
    """Order the report, look whether it is there, or return its orders.

    :param request: a ``Request`` for one of the two types, with its period
    :param closed_sites: references of the sites whose orders are not wanted
    """

    def read(text, made):
        documents, problems = read_orders(text)
        wanted = [each for each in documents if each.site not in closed_sites]
        return [*wanted, unreadable(problems, made)] if problems else wanted

    return next_report_step(gateway, request, cursor, now, read)


def period(kind, sites, since, until):
    """Return the ``Request`` for the orders of a period, ``LONGEST`` at most."""
    return Request(kind, tuple(sites), max(since, until - LONGEST), until)
