"""All listings of one marketplace: a report that Amazon takes minutes to make.

The cursor is ``{"until": …}`` between two rounds; while Amazon works it also holds
``report``, the report's id, and ``asked``, when it was ordered.
"""

from datetime import datetime, timedelta

from odoo.addons.acorn_base.channel import Document, Page, Refused, instant

from ..marketplaces import BY_REF
from ..spapi import reports

REPORT = "GET_MERCHANT_LISTINGS_ALL_DATA"
LOOK_AGAIN = timedelta(minutes=1)
FAILED_FOR = timedelta(hours=1)  # a failed report is shown so long, then ordered anew
STUCK_FOR = timedelta(hours=12)  # a report that is not made by then never will be

# What a file's text is in when neither it nor the answer's header tells.
CHARSETS = {"JP": "shift_jis"}
CHARSET = "windows-1252"


def next_step(gateway, site, cursor, now):
    """Order the report, look whether it is there, or return it."""
    if "report" not in cursor or now - _asked(cursor) > STUCK_FOR:
        return _order(gateway, site, cursor, now)
    try:
        report = reports.get(gateway, cursor["report"])
    except Refused as refusal:
        if refusal.code != "not_found":
            raise
        return _order(gateway, site, cursor, now)
    status = report["processingStatus"]
    if status == "DONE":
        return _fetch(gateway, site, report, now)
    if status == "CANCELLED":
        # By Amazon, because there is nothing to report.
        return Page(cursor={"until": now.isoformat()})
    if status == "FATAL" and now - _asked(cursor) > FAILED_FOR:
        return _order(gateway, site, cursor, now)
    if status == "FATAL":
        raise Refused(_reason(gateway, site, report), code="report_failed")
    return Page(cursor=cursor, again_in=LOOK_AGAIN)


def _order(gateway, site, cursor, now):
    report = reports.create(gateway, REPORT, site)
    return Page(
        cursor={"until": cursor["until"], "report": report, "asked": now.isoformat()},
        again_in=LOOK_AGAIN,
    )


def _fetch(gateway, site, report, now):
    text = _text(gateway, site, report)
    made = report.get("dataEndTime") or report.get("processingEndTime")
    document = Document(
        kind="listing",
        key=site,
        version=instant(made) if made else now,
        body=text.encode(),
        site=site,
    )
    return Page((document,), {"until": now.isoformat()})


def _reason(gateway, site, report):
    """Return what Amazon says about a failed report, if it left a file about it."""
    said = ""
    if report.get("reportDocumentId"):
        said = _text(gateway, site, report)[:500]
    return f"{REPORT} {report['reportId']}: FATAL {said}".strip()


def _text(gateway, site, report):
    code = BY_REF[site].code if site in BY_REF else ""
    charset = CHARSETS.get(code, CHARSET)
    return reports.text(gateway, report["reportDocumentId"], charset)


def _asked(cursor):
    return datetime.fromisoformat(cursor["asked"])
