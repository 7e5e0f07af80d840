"""The reports Amazon can make: a type is a table, a table a function.

To add one, write a function of the world, the job and the moment that returns header
and rows (or None when there is no data, which Amazon answers with CANCELLED), and enter
it in ``TABLES``. Reports that nobody can ask for: ``settlement_report`` makes those of
settlements, and any are put into the world with ``World.add_report``.
"""

from . import ledger_report, listing_report, order_report, return_report
from .jobs import CANCELLED

TABLES = {
    "GET_LEDGER_DETAIL_VIEW_DATA": ledger_report.table,
    "GET_MERCHANT_LISTINGS_ALL_DATA": listing_report.table,
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL": (
        order_report.table_by_order_date
    ),
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": order_report.table,
    "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE": return_report.table,
    "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA": return_report.fba_table,
}
BREAKS = str.maketrans("\t\r\n", "   ")


def make(world, job, when):
    """Make the document of a report that is due."""
    table = TABLES[job.type](world, job, when)
    if table is None:
        job.status = CANCELLED
        return
    deposit(world, job, table_text(*table))


def table_text(header, rows):
    lines = [header, *(_cells(header, row) for row in rows)]
    return "".join("\t".join(line) + "\r\n" for line in lines)


def _cells(header, row):
    return [str(row.get(name, "")).translate(BREAKS) for name in header]


def deposit(world, job, content, charset=""):
    """Keep the document; what its character set lacks becomes '?', as at Amazon."""
    region = world.accounts[job.account].region
    charset = charset or world.options.report_charsets.get(region, "UTF-8")
    document = world.documents.add(
        job.account,
        f"text/plain;charset={charset}",
        content.encode(charset, errors="replace"),
        world.options.compressed_reports,
    )
    job.document = document.id
