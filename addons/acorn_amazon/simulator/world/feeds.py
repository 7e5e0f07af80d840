"""The feeds Amazon reads: JSON_LISTINGS_FEED, as far as it tells quantities."""

import json

from . import listings
from .jobs import FATAL

LISTINGS_FEED = "JSON_LISTINGS_FEED"
PATH = "/attributes/fulfillment_availability"


def read(world, job, when):
    """Read a feed that is due; one that cannot be read at all is FATAL."""
    document = world.documents.get(job.details["inputFeedDocumentId"])
    messages = _messages(document)
    if job.type != LISTINGS_FEED or messages is None:
        job.status = FATAL
        return
    issues = [
        issue for message in messages for issue in _apply(world, job, message, when)
    ]
    result = _result(world.accounts[job.account].seller_id, job, messages, issues)
    kept = world.documents.add(
        job.account,
        "application/json;charset=UTF-8",
        json.dumps(result).encode(),
        world.options.compressed_reports,
    )
    job.document = kept.id


def _messages(document):
    """The messages of a feed, None when it is none."""
    try:
        messages = json.loads(document.content)["messages"]
        is_feed = all(message["messageId"] and message["sku"] for message in messages)
    except (TypeError, ValueError, KeyError):
        return None
    return messages if is_feed else None


def _apply(world, job, message, when):
    """Do what one message says; yield what is wrong with it."""
    listing = world.listings[job.account].get(message.get("sku"))
    sites = world.sites_of(job.account, job.marketplaces)
    if listing is None:
        yield _issue(message, "13013", "This SKU is not known.")
        return
    patches = _patches(message)
    if not patches:
        yield _issue(message, "90000900", "There is nothing the simulator understands.")
    for patch in patches:
        if wrong := listings.malformed(patch):
            yield _issue(message, "90000900", wrong)
        elif found := listings.problem(patch, listing, sites):
            yield _issue(message, *found)
        else:
            listings.apply(patch, listing, sites, when)


def _patches(message):
    if message.get("operationType") == "PATCH":
        return message.get("patches", [])
    values = message.get("attributes", {}).get("fulfillment_availability")
    return [{"op": "replace", "path": PATH, "value": values}] if values else []


def _issue(message, code, text):
    issue = {"code": code, "severity": "ERROR", "message": text}
    return {"messageId": message["messageId"], "sku": message["sku"], **issue}


def _result(seller_id, job, messages, issues):
    invalid = len({issue["messageId"] for issue in issues})
    return {
        "header": {"sellerId": seller_id, "version": "2.0", "feedId": job.id},
        "issues": issues,
        "summary": {
            "errors": len(issues),
            "warnings": 0,
            "messagesProcessed": len(messages),
            "messagesAccepted": len(messages) - invalid,
            "messagesInvalid": invalid,
        },
    }
