"""Reports API 2021-06-30."""

from operator import methodcaller

from sp_api.api.reports.reports import Reports

from odoo.addons.acorn_base.channel import UTC

from . import documents
from .gateway import LibraryClient

MOST_SITES = 10  # that one call may name
PAGE_SIZE = 100


class _Reports(LibraryClient, Reports):
    pass


def create(gateway, report_type, sites, since=None, until=None):
    """Ask for a report on some marketplaces, and on a period; return its id."""
    period = {"dataStartTime": since, "dataEndTime": until}
    return gateway.call(
        "createReport",
        _Reports,
        methodcaller(
            "create_report",
            reportType=report_type,
            marketplaceIds=list(sites),
            **{name: _iso(moment) for name, moment in period.items() if moment},
        ),
        expect={"reportId": str},
    ).body["reportId"]


def get(gateway, report_id):
    """Return how far a report is: ``processingStatus``, then ``reportDocumentId``."""
    return gateway.call(
        "getReport",
        _Reports,
        methodcaller("get_report", report_id),
        expect={"processingStatus": str},
    ).body


def find(gateway, report_type, sites, since):
    """Return the reports of a type that were made since then, however far they are.

    Those of marketplaces that are not named stay hidden, so all are.
    """
    found = {}
    for first in range(0, max(len(sites), 1), MOST_SITES):
        query = {
            "reportTypes": [report_type],
            "pageSize": PAGE_SIZE,
            "createdSince": _iso(since),
        }
        if named := list(sites[first : first + MOST_SITES]):
            query["marketplaceIds"] = named
        while query:
            page = _page(gateway, query)
            found |= {report["reportId"]: report for report in page["reports"]}
            token = page.get("nextToken")
            query = {"nextToken": token} if token else None
    return list(found.values())


def _page(gateway, query):
    return gateway.call(
        "getReports",
        _Reports,
        methodcaller("get_reports", **query),
        expect={"reports": list},
    ).body


def text(gateway, document_id, charset):
    """Return the text of a finished report.

    :param charset: the one to try when the file does not name its own
    """
    return documents.download(_url(gateway, document_id), charset, **_how(gateway))


def content(gateway, document_id):
    """Return the bytes of a finished report."""
    return documents.fetch(_url(gateway, document_id), **_how(gateway))[0]


def _url(gateway, document_id):
    return gateway.call(
        "getReportDocument",
        _Reports,
        methodcaller("get_report_document", document_id),
        expect={"url": str},
    ).body["url"]


def _how(gateway):
    encrypted = gateway.endpoint.startswith("https://")
    return {"encrypted": encrypted, "record": gateway.record}


def _iso(moment):
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
