"""Settlements: reports that nobody can order, so they are looked for.

The cursor is ``{"until": …, "seen": …}`` between two rounds: when Amazon was asked, and
the numbers of the reports that need not be fetched again. While files are being fetched
it also has ``waiting``, what is still to be fetched, and ``upto``, the next ``until``.
"""

from datetime import timedelta

from odoo.addons.acorn_base.channel import AccountProblem, Page, Refused, instant

from ..parse.settlement import missing_document, settlement_document
from ..spapi import reports

REPORT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
KEPT = timedelta(days=90) - timedelta(hours=1)  # our clock is not Amazon's
OVERLAP = timedelta(days=7)  # looked at again: reports that show late
ROLE = "Finance and Accounting"


def next_step(gateway, sites, cursor, now):
    """Look for reports, or fetch the next one that was found: one file a page."""
    try:
        if cursor.get("waiting"):
            return _fetch(gateway, cursor)
        return _look(gateway, sites, cursor, now)
    except AccountProblem as problem:
        problem.values["role"] = ROLE
        raise


def _look(gateway, sites, cursor, now):
    since = max(instant(cursor["until"]) - OVERLAP, now - KEPT)
    found = reports.find(gateway, REPORT, sites, since)
    found.sort(key=lambda report: report["createdTime"])
    seen = set(cursor.get("seen", ()))
    waiting = [
        [report["reportId"], report["reportDocumentId"], report["createdTime"]]
        for report in found
        if report.get("reportDocumentId") and report["reportId"] not in seen
    ]
    following = {
        "until": cursor["until"],
        "upto": _upto(found, now).isoformat(),
        "seen": [each["reportId"] for each in found if not _is_under_way(each)],
        "waiting": waiting,
    }
    return Page(cursor=_settled(following), more=bool(waiting))


def _fetch(gateway, cursor):
    [number, document, created], *waiting = cursor["waiting"]
    made = instant(created)
    try:
        content = reports.content(gateway, document)
    except Refused as refusal:
        found = missing_document(number, refusal, made)
    else:
        found = settlement_document(content, made, number)
    following = {**cursor, "waiting": waiting}
    return Page((found,), _settled(following), more=bool(waiting))


def _settled(cursor):
    """The cursor as it stands between two rounds once nothing is waiting any more."""
    if cursor["waiting"]:
        return cursor
    return {"until": cursor["upto"], "seen": cursor["seen"]}


def _upto(found, now):
    """A report that is under way is looked for until it is made."""
    return min([now, *(instant(e["createdTime"]) for e in found if _is_under_way(e))])


def _is_under_way(report):
    return report["processingStatus"] in ("IN_QUEUE", "IN_PROGRESS")
