"""A report that Amazon takes minutes to make: order it, look again, fetch it.

The cursor is ``{"until": …}`` between two rounds; while Amazon works it also holds
``report``, the report's id, and ``asked``, when it was ordered.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo.addons.acorn_base.channel import Page, Refused, instant

from ..marketplaces import BY_REF
from ..spapi import reports

LOOK_AGAIN = timedelta(minutes=1)
FAILED_FOR = timedelta(hours=1)  # a failed report is shown so long, then ordered anew
STUCK_FOR = timedelta(hours=12)  # a report that is not made by then never will be

# What a file's text is in when neither it nor the answer's header tells.
CHARSETS = {"JP": "shift_jis"}
CHARSET = "windows-1252"


@dataclass(frozen=True)
class Request:
    """What to ask for; the same until the report is there."""

    type: str
    sites: tuple[str, ...]
    since: datetime | None = None
    until: datetime | None = None

    @property
    def charset(self):
        codes = {BY_REF[site].code for site in self.sites if site in BY_REF}
        return next((CHARSETS[code] for code in codes if code in CHARSETS), CHARSET)


def next_step(gateway, request, cursor, now, read):
    """Order the report, look whether it is there, or return what is in it.

    :param read: function of the report's text and when it was made (aware UTC) that
        returns its documents
    """
    if "report" not in cursor or now - asked(cursor) > STUCK_FOR:
        return _order(gateway, request, cursor, now)
    try:
        report = reports.get(gateway, cursor["report"])
    except Refused as refusal:
        if refusal.code != "not_found":
            raise
        return _order(gateway, request, cursor, now)
    status = report["processingStatus"]
    if status == "DONE":
        text = _text(gateway, request, report)
        made = report.get("dataEndTime") or report.get("processingEndTime")
        documents = tuple(read(text, instant(made) if made else now))
        return Page(documents, {"until": now.isoformat()})
    if status == "CANCELLED":
        # By Amazon, because there is nothing to report.
        return Page(cursor={"until": now.isoformat()})
    if status == "FATAL" and now - asked(cursor) > FAILED_FOR:
        return _order(gateway, request, cursor, now)
    if status == "FATAL":
        raise Refused(_reason(gateway, request, report), code="report_failed")
    return Page(cursor=cursor, again_in=LOOK_AGAIN)


def asked(cursor):
    """Return when the report in the making was ordered."""
    return datetime.fromisoformat(cursor["asked"])


def _order(gateway, request, cursor, now):
    report = reports.create(
        gateway, request.type, request.sites, request.since, request.until
    )
    return Page(
        cursor={"until": cursor["until"], "report": report, "asked": now.isoformat()},
        again_in=LOOK_AGAIN,
    )


def _reason(gateway, request, report):
    """Return what Amazon says about a failed report, if it left a file about it."""
    said = ""
    if report.get("reportDocumentId"):
        said = _text(gateway, request, report)[:500]
    return f"{request.type} {report['reportId']}: FATAL {said}".strip()


def _text(gateway, request, report):
    return reports.text(gateway, report["reportDocumentId"], request.charset)
