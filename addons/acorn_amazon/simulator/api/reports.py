"""Reports API 2021-06-30."""

from ..answers import Answer, invalid
from ..calls import Operation
from ..clock import parse
from ..world import settlement_report
from ..world.jobs import Job
from ..world.reports import TABLES
from . import jobs
from .parameters import refuse_unknown

MODEL = "reports_2021-06-30"
PATH = "/reports/2021-06-30"
PERIOD = ("dataStartTime", "dataEndTime")


def create_report(call):
    body = call.json()
    kind = body.get("reportType") if isinstance(body, dict) else None
    if kind not in TABLES:
        raise invalid("Invalid Input", f"reportType {kind} cannot be requested")
    marketplaces = jobs.read_marketplaces(call, body)
    details = {name: body[name] for name in (*PERIOD, "reportOptions") if name in body}
    for name in PERIOD:
        _check_time(call, details, name)
    job = Job("report", call.account.key, kind, marketplaces, call.time, details)
    call.world.jobs.start(call.world, job)
    return Answer(202, {"reportId": job.id})


def _check_time(call, details, name):
    try:
        is_future = name in details and parse(details[name]) > call.time
    except (TypeError, ValueError, AttributeError) as error:
        raise invalid("Invalid Input", f"{name}: {error}") from error
    if is_future:
        raise invalid("Invalid Input", f"{name} lies in the future")


def get_report(call):
    refuse_unknown(call)
    return Answer(200, show(jobs.find(call, "report")))


def get_reports(call):
    settlement_report.publish(call.world, call.account.key, call.time)
    return jobs.listing(call, "report", show)


def cancel_report(call):
    return jobs.cancel(call, "report")


def get_document(call):
    return jobs.document_answer(call, "report")


def show(job):
    shown = job.show() | {n: job.details[n] for n in PERIOD if n in job.details}
    if job.document:
        shown["reportDocumentId"] = job.document
    return shown


OPERATIONS = [
    Operation("createReport", "POST", f"{PATH}/reports", create_report, MODEL),
    Operation("getReports", "GET", f"{PATH}/reports", get_reports, MODEL),
    Operation("getReport", "GET", f"{PATH}/reports/<reportId>", get_report, MODEL),
    Operation(
        "cancelReport", "DELETE", f"{PATH}/reports/<reportId>", cancel_report, MODEL
    ),
    Operation(
        "getReportDocument",
        "GET",
        f"{PATH}/documents/<reportDocumentId>",
        get_document,
        MODEL,
    ),
]
