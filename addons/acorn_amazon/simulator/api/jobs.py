"""What reports and feeds have in common: lists of jobs, and cancelling one."""

from dataclasses import replace
from datetime import timedelta

from werkzeug.datastructures import MultiDict

from ..answers import Answer, invalid, not_found
from ..world.jobs import CANCELLED, STATUSES, WAITING
from .parameters import moment, number, refuse_unknown, text, texts
from .tokens import seal, unseal

KEPT = timedelta(days=90)
MOST_TYPES, MOST_MARKETPLACES = 10, 25


def find(call, kind):
    job_id = call.arguments[f"{kind}Id"]
    job = call.world.jobs.get(call.account.key, kind, job_id)
    if job is None:
        raise not_found(f"There is no {kind} {job_id}")
    return job


def cancel(call, kind):
    job = find(call, kind)
    if job.status != WAITING:
        raise invalid(f"The {kind} is {job.status}: it cannot be cancelled")
    job.status, job.ended = CANCELLED, call.time
    return Answer(200)


def listing(call, kind, show):
    """A page of jobs, newest first."""
    names = (f"{kind}Types", "processingStatuses", "marketplaceIds", "pageSize")
    refuse_unknown(call, *names, "createdSince", "createdUntil", "nextToken")
    asked, start = _continued(call)
    jobs, size = _asked(asked, call, kind)
    page = jobs[start : start + size]
    body = {f"{kind}s": [show(job) for job in page]}
    if start + size < len(jobs):
        body["nextToken"] = seal(asked | {"start": start + size})
    return Answer(200, body)


def _continued(call):
    """(what was asked for, where to go on): a token stands for all parameters."""
    sealed = text(call, "nextToken")
    if not sealed:
        return call.query.to_dict(), 0
    if len(call.query) > 1:
        raise invalid("Invalid Input", "nextToken must be the only parameter")
    asked = unseal(sealed, "nextToken")
    return asked, asked.pop("start", 0)


def _asked(asked, call, kind):
    """(matching jobs, page size)"""
    call = replace(call, query=MultiDict(asked))
    types = texts(call, f"{kind}Types", most=MOST_TYPES)
    if not types:
        raise invalid("Invalid Input", f"{kind}Types or nextToken is required")
    statuses = texts(call, "processingStatuses", STATUSES)
    marketplaces = texts(call, "marketplaceIds", most=MOST_TYPES)
    since = moment(call, "createdSince") or call.time - KEPT
    until = moment(call, "createdUntil") or call.time
    jobs = [
        job
        for job in call.world.jobs.of(call.account.key, kind)
        if job.type in types
        and since <= job.created <= until
        and (not statuses or job.status in statuses)
        and (not marketplaces or set(marketplaces) & set(job.marketplaces))
    ]
    return jobs, number(call, "pageSize", 10, 1, 100)


def read_marketplaces(call, body):
    """The body's ``marketplaceIds``: all of them must be the account's."""
    ids = body.get("marketplaceIds")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MOST_MARKETPLACES:
        raise invalid("Invalid Input", "marketplaceIds: 1 to 25 are required")
    if len(call.world.sites_of(call.account.key, ids)) < len(ids):
        raise invalid("Invalid Input", "marketplaceIds: the account is not on all")
    return ids


def document_answer(call, kind):
    """Where to fetch a document."""
    refuse_unknown(call, "enableContentEncodingUrlHeader")
    number_ = call.arguments[f"{kind}DocumentId"]
    document = call.world.documents.get(number_)
    if document is None or document.account != call.account.key:
        raise not_found(f"There is no document {number_}")
    url = call.world.documents.url(call.base, document, "GET", call.time)
    body = {f"{kind}DocumentId": number_, "url": url}
    if document.compressed:
        body["compressionAlgorithm"] = "GZIP"
    return Answer(200, body)
