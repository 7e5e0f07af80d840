"""The feeds Amazon reads: JSON_LISTINGS_FEED, as far as it tells quantities.

That of cancellations is read in ``acknowledgements``.
"""

import json
from collections import Counter
from datetime import timedelta

from . import acknowledgements, listings
from .jobs import FATAL

LISTINGS_FEED = "JSON_LISTINGS_FEED"
PATH = "/attributes/fulfillment_availability"
MOST_MESSAGES = 25_000


def read(world, job, when):
    """Read a feed that is due; one that cannot be read as a whole is FATAL."""
    document = world.documents.get(job.details["inputFeedDocumentId"])
    seller_id = world.accounts[job.account].seller_id
    if job.type == acknowledgements.FEED:
        acknowledgements.read(world, job, document, when)
        return
    messages, wrong = _messages(document, seller_id)
    if job.type != LISTINGS_FEED:
        wrong = f"Feeds of the type {job.type} are not read any more."
    if wrong:
        job.status = FATAL
        issues = [{"code": "4000001", "severity": "ERROR", "message": wrong}]
        messages = []
    else:
        issues = list(_issues(world, job, messages, when))
    _keep(world, job, _result(seller_id, job, messages, issues))


def _keep(world, job, result):
    kept = world.documents.add(
        job.account,
        "application/json;charset=UTF-8",
        json.dumps(result).encode(),
        world.options.compressed_reports,
    )
    job.document = kept.id


def _messages(document, seller_id):
    """The messages of a feed, and what is wrong with it as a whole."""
    try:
        feed = json.loads(document.content)
        header, messages = feed["header"], feed["messages"]
        is_feed = isinstance(messages, list) and all(map(_is_message, messages))
    except (TypeError, ValueError, KeyError):
        return [], "The feed is not JSON of the listings feed schema."
    if not is_feed or not messages or header.get("version") != "2.0":
        return [], "The feed does not fit the listings feed schema, version 2.0."
    if header.get("sellerId") != seller_id:
        return [], "The seller of the feed is not the one who submits it."
    if len(messages) > MOST_MESSAGES:
        return [], f"A feed has {MOST_MESSAGES} messages at most."
    return messages, ""


def _is_message(message):
    number = message.get("messageId")
    return type(number) is int and number > 0 and bool(message.get("sku"))


def _issues(world, job, messages, when):
    """Yield what is wrong with each message; do the others, a little later."""
    numbers = Counter(message["messageId"] for message in messages)
    for message in messages:
        if numbers[message["messageId"]] > 1:
            yield _issue(message, "4000002", "This messageId is not the only one.")
        else:
            yield from _apply(world, job, message, when)


def _apply(world, job, message, when):
    """Accept what one message says; yield what is wrong with it."""
    listing = world.listings[job.account].get(message["sku"])
    sites = world.sites_of(job.account, job.marketplaces)
    if listing is None or not set(sites) & set(listing.sites):
        yield _issue(message, "13013", "This SKU is not known.")
        return
    patches = _patches(message)
    if not patches:
        yield _issue(message, "90000900", "There is nothing the simulator understands.")
    found = [_wrong(patch, listing, sites) for patch in patches]
    found.append(listings.wrong_type(message.get("productType"), listing))
    wrong = [_issue(message, *each) for each in found if each]
    yield from wrong
    if not wrong:
        due = when + timedelta(seconds=world.options.listing_seconds)
        for patch in patches:
            world.agenda.add(due, "patch", job.account, listing.sku, sites, patch)


def _wrong(patch, listing, sites):
    if words := listings.malformed(patch):
        return "90000900", words
    return listings.problem(patch, listing, sites)


def _patches(message):
    if message.get("operationType") == "PATCH":
        return message.get("patches", [])
    values = message.get("attributes", {}).get("fulfillment_availability")
    return [{"op": "replace", "path": PATH, "value": values}] if values else []


def _issue(message, code, text):
    issue = {"code": code, "severity": "ERROR", "message": text}
    return {"messageId": message["messageId"], "sku": message["sku"], **issue}


def _result(seller_id, job, messages, issues):
    invalid = len({issue.get("messageId") for issue in issues}) if messages else 0
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
