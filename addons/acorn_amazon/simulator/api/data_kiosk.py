"""Data Kiosk API 2023-11-15, of which one question is understood: the economics of
SKUs by day.

Amazon's model of it is not at hand: what it answers follows its documents, and what a
query may ask is read with a few patterns instead of GraphQL's grammar.
"""

import re
from datetime import date, timedelta

from ..answers import Answer, invalid, not_found
from ..calls import Operation
from ..clock import iso
from ..validate import DATA_KIOSK
from ..world.jobs import DONE, FATAL, Job
from . import jobs
from .parameters import refuse_unknown

PATH = "/dataKiosk/2023-11-15"
SCHEMA = "analytics_economics_2024_03_15"
LONGEST_QUERY = 8000  # characters
OLDEST = timedelta(days=731)
FIELDS = {
    *("startDate", "endDate", "marketplaceId", "parentAsin", "childAsin", "msku"),
    *("sales", "orderedProductSales", "unitsOrdered", "unitsRefunded", "netUnitsSold"),
    *("ads", "adTypeName", "charge", "totalAmount", "amount", "currencyCode"),
}


def create_query(call):
    body = call.json()
    query = body.get("query") if isinstance(body, dict) else None
    if not isinstance(query, str) or len(query) > LONGEST_QUERY:
        raise invalid("Invalid Input", "query: up to 8000 characters are required")
    asked = _asked(call, query)
    job = Job(
        "query",
        call.account.key,
        SCHEMA,
        jobs.read_marketplaces(call, asked),
        call.time,
        asked | {"query": query},
    )
    call.world.jobs.start(call.world, job)
    return Answer(202, {"queryId": job.id})


def _asked(call, query):
    opening, _arguments, fields = _parts(query)
    if SCHEMA not in opening:
        raise invalid("The provided query is invalid", "no such schema")
    wrong = set(re.findall(r"\w+", fields)) - FIELDS
    if wrong or not re.search(r"charge\s*{\s*totalAmount\s*{", fields):
        raise invalid("The provided query is invalid", ", ".join(sorted(wrong)))
    grain = re.search(r"aggregateBy:\s*{([^}]*)}", query)
    if not grain or not {"DAY", "MSKU"} <= set(re.findall(r"\w+", grain[1])):
        raise invalid("The provided query is invalid", "aggregateBy: DAY and MSKU only")
    since, until = _day(query, "startDate"), _day(query, "endDate")
    if until < since or since < call.time.date() - OLDEST:
        raise invalid("The provided query is invalid", "startDate and endDate")
    ids = re.search(r"marketplaceIds:\s*\[([^\]]*)\]", query)
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "marketplaceIds": re.findall(r'"(\w+)"', ids[1] if ids else ""),
    }


def _parts(query):
    """What stands before the arguments, within, and after them."""
    found = re.fullmatch(r"(.*?)\beconomics\s*\((.*?)\)\s*(\{.*\})\s*", query, re.S)
    if not found:
        raise invalid("The provided query is invalid", "economics(…) { … }")
    return found.groups()


def _day(query, name):
    found = re.search(rf'{name}:\s*"(\d{{4}}-\d\d-\d\d)"', query)
    try:
        return date.fromisoformat(found[1])
    except (TypeError, ValueError) as error:
        raise invalid("The provided query is invalid", name) from error


def get_query(call):
    refuse_unknown(call)
    job = jobs.find(call, "query")
    times = {
        "createdTime": job.created,
        "processingStartTime": job.started,
        "processingEndTime": job.ended,
    }
    shown = {
        "queryId": job.id,
        "query": job.details["query"],
        "processingStatus": job.status,
    } | {name: iso(moment) for name, moment in times.items() if moment}
    if job.status == DONE and job.document:
        shown["dataDocumentId"] = job.document
    if job.status == FATAL and job.document:
        shown["errorDocumentId"] = job.document
    return Answer(200, shown)


def get_document(call):
    refuse_unknown(call)
    number = call.arguments["documentId"]
    document = call.world.documents.get(number)
    if document is None or document.account != call.account.key:
        raise not_found(f"There is no document {number}")
    url = call.world.documents.url(call.base, document, "GET", call.time)
    return Answer(200, {"documentId": number, "documentUrl": url})


OPERATIONS = [
    Operation("createQuery", "POST", f"{PATH}/queries", create_query, DATA_KIOSK),
    Operation("getQuery", "GET", f"{PATH}/queries/<queryId>", get_query, DATA_KIOSK),
    Operation(
        "getDocument", "GET", f"{PATH}/documents/<documentId>", get_document, DATA_KIOSK
    ),
]
