"""Feeds API 2021-06-30."""

from datetime import timedelta

from ..answers import Answer, invalid, throttled
from ..calls import Operation
from ..world.feeds import LISTINGS_FEED
from ..world.jobs import Job
from . import jobs
from .parameters import refuse_unknown

MODEL = "feeds_2021-06-30"
PATH = "/feeds/2021-06-30"
MOST_AT_ONCE, AT_ONCE = 5, timedelta(minutes=5)  # of listings feeds


def create_document(call):
    body = call.json()
    kind = body.get("contentType") if isinstance(body, dict) else None
    if not isinstance(kind, str) or not kind:
        raise invalid("Invalid Input", "contentType is required")
    documents = call.world.documents
    document = documents.add(call.account.key, kind)
    url = documents.url(call.base, document, "PUT", call.time)
    return Answer(201, {"feedDocumentId": document.id, "url": url})


def create_feed(call):
    body = call.json()
    if not isinstance(body, dict) or not isinstance(body.get("feedType"), str):
        raise invalid("Invalid Input", "feedType is required")
    marketplaces = jobs.read_marketplaces(call, body)
    document = call.world.documents.get(body.get("inputFeedDocumentId"))
    if document is None or document.content is None:
        raise invalid("Invalid Input", "inputFeedDocumentId: nothing is there")
    if body["feedType"] == LISTINGS_FEED and _is_busy(call):
        raise throttled()
    job = Job(
        "feed",
        call.account.key,
        body["feedType"],
        marketplaces,
        call.time,
        {"inputFeedDocumentId": document.id},
    )
    call.world.jobs.start(call.world, job)
    return Answer(202, {"feedId": job.id})


def _is_busy(call):
    """Whether the seller has submitted as many listings feeds as he may by now."""
    return (
        sum(
            job.type == LISTINGS_FEED and call.time - job.created < AT_ONCE
            for job in call.world.jobs.of(call.account.key, "feed")
        )
        >= MOST_AT_ONCE
    )


def get_feed(call):
    refuse_unknown(call)
    return Answer(200, show(jobs.find(call, "feed")))


def get_feeds(call):
    return jobs.listing(call, "feed", show)


def cancel_feed(call):
    return jobs.cancel(call, "feed")


def get_document(call):
    return jobs.document_answer(call, "feed")


def show(job):
    result = {"resultFeedDocumentId": job.document} if job.document else {}
    return job.show() | result


OPERATIONS = [
    Operation(
        "createFeedDocument", "POST", f"{PATH}/documents", create_document, MODEL
    ),
    Operation("createFeed", "POST", f"{PATH}/feeds", create_feed, MODEL),
    Operation("getFeeds", "GET", f"{PATH}/feeds", get_feeds, MODEL),
    Operation("getFeed", "GET", f"{PATH}/feeds/<feedId>", get_feed, MODEL),
    Operation("cancelFeed", "DELETE", f"{PATH}/feeds/<feedId>", cancel_feed, MODEL),
    Operation(
        "getFeedDocument",
        "GET",
        f"{PATH}/documents/<feedDocumentId>",
        get_document,
        MODEL,
    ),
]
