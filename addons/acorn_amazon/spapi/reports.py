"""Reports API 2021-06-30."""

from operator import methodcaller

from sp_api.api.reports.reports import Reports

from odoo.addons.acorn_base.channel import UTC

from . import documents
from .gateway import LibraryClient


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


def text(gateway, document_id, charset):
    """Return the text of a finished report.

    :param charset: the one to try when the file does not name its own
    """
    described = gateway.call(
        "getReportDocument",
        _Reports,
        methodcaller("get_report_document", document_id),
        expect={"url": str},
    ).body
    return documents.download(
        described["url"],
        charset,
        encrypted=gateway.endpoint.startswith("https://"),
        record=gateway.record,
    )


def _iso(moment):
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
