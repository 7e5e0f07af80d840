"""Acorn's quantities as Amazon's patches and feeds, and what became of them.

``merge`` changes what it names and leaves the rest of the attribute as it is:
``replace`` would reset the handling time of whoever does not name it.
"""

import json
from collections import defaultdict

from odoo.addons.acorn_base.channel import Refused
from odoo.addons.acorn_base.records import Receipt, Verdict

FEED = "JSON_LISTINGS_FEED"
CONTENT_TYPE = "application/json; charset=UTF-8"
MOST_MESSAGES = 25_000  # in one feed
MOST_BYTES = 10 * 2**20
MERCHANT = "DEFAULT"  # the channel code of what the seller ships himself
# Amazon's word for what is known of a product whose own type is not.
ANY_PRODUCT = "PRODUCT"
AVAILABILITY = "fulfillment_availability"
ERROR = "ERROR"


def patch_body(level, product_type=ANY_PRODUCT):
    """Return the body of ``patchListingsItem`` for a ``StockLevel``."""
    return {"productType": product_type, "patches": [_patch(level)]}


def feed_body(levels, seller):
    """Return the bytes of a feed; ``Refused`` when it is more than Amazon reads.

    :param levels: tuple of ``StockLevel``; the first one's message is number 1
    """
    feed = {
        "header": {"sellerId": seller, "version": "2.0", "issueLocale": "en_US"},
        "messages": [
            {
                "messageId": number,
                "sku": level.sku,
                "operationType": "PATCH",
                **patch_body(level),
            }
            for number, level in enumerate(levels, 1)
        ],
    }
    body = json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode()
    if len(levels) > MOST_MESSAGES or len(body) > MOST_BYTES:
        raise Refused(
            f"{len(levels)} quantities in {len(body)} bytes are too many for one feed.",
            code="refused",
        )
    return body


def _patch(level):
    value = {"fulfillment_channel_code": MERCHANT, "quantity": level.quantity}
    if level.handling_days is not None:
        value["lead_time_to_ship_max_days"] = level.handling_days
    return {"op": "merge", "path": f"/attributes/{AVAILABILITY}", "value": [value]}


def sites_of(levels):
    """Return the sites that quantities of one feed are for: it names them once."""
    [sites, *others] = {level.sites for level in levels}
    if others:
        raise Refused("The quantities of one feed are not for the same sites.")
    return sites


def submission_receipt(level, answer):
    """Return the ``Receipt`` that Amazon's answer to a patch is."""
    if answer["status"] == "ACCEPTED":
        return Receipt("waiting", answer["submissionId"])
    said = _words(answer.get("issues") or []) or f"Amazon says {answer['status']}."
    return refused(level, said, answer["submissionId"])


def refused(level, said, reference=""):
    """Return the ``Receipt`` of a quantity that Amazon does not take."""
    return Receipt("refused", reference, said, (Verdict(level.sku, "refused", said),))


def shown_receipt(level, item, reference):
    """Return the ``Receipt`` of a quantity as Amazon's listing shows it.

    ``unknown`` is safe to push again: it says how many there are, not how many more.
    """
    if is_amazons(item):
        return refused(level, amazons_own(level), reference)
    shown = quantity_of(item)
    if shown == level.quantity:
        return Receipt("done", reference, "", (Verdict(level.sku, "done", "", shown),))
    issues = [
        issue
        for issue in item.get("issues") or []
        if AVAILABILITY in (issue.get("attributeNames") or [])
    ]
    if said := _words(issues):
        verdict = Verdict(level.sku, "refused", said, shown)
        return Receipt("refused", reference, said, (verdict,))
    state = "waiting" if reference else "unknown"
    return Receipt(state, reference, "", (Verdict(level.sku, state, "", shown),))


def is_amazons(item):
    """Tell whether Amazon alone ships what a listing offers."""
    if codes := _codes(item):
        return MERCHANT not in codes
    # Some that Amazon ships name no way, but have a number in its warehouses.
    return any(each.get("fnSku") for each in item.get("summaries") or ())


def amazons_own(level):
    """Return why a quantity is not even sent."""
    return (
        f"Amazon ships {level.sku} from its own warehouses: a quantity sent for it "
        "would make it an offer that you ship."
    )


def quantity_of(item):
    """Return how many buyers can order of what the seller ships; None if not told."""
    return _codes(item).get(MERCHANT)


def product_type_of(item):
    """Return the product type that Amazon has for a listing."""
    kinds = [each.get("productType") for each in item.get("summaries") or []]
    return next(filter(None, kinds), ANY_PRODUCT)


def listed_on(item, sites):
    """Return those of the sites on which a listing is."""
    found = {each.get("marketplaceId") for each in item.get("summaries") or []}
    return tuple(site for site in sites if site in found) or sites


def _codes(item):
    """Return what there is by channel code; 0 of what is there without a number."""
    return {
        each.get("fulfillmentChannelCode"): each.get("quantity") or 0
        for each in item.get("fulfillmentAvailability") or []
    }


def feed_receipt(levels, feed, report):
    """Return the ``Receipt`` of a feed that Amazon has read.

    :param report: the text of its processing report
    """
    try:
        result = json.loads(report)
        summary, issues = result["summary"], result["issues"]
        accepted = summary["messagesAccepted"]
    except (ValueError, TypeError, KeyError) as error:
        raise Refused(
            f"The result of feed {feed['feedId']} cannot be read.", code="bad_document"
        ) from error
    by_sku, general = _by_sku(levels, issues)
    if general and not accepted:
        return Receipt("refused", feed["feedId"], _words(general))
    verdicts = [Verdict(sku, "refused", _words(found)) for sku, found in by_sku.items()]
    return Receipt("done", feed["feedId"], "", tuple(verdicts))


def messages_in(report):
    """Return how many messages Amazon found in a feed; None if it does not say."""
    try:
        return json.loads(report)["summary"]["messagesProcessed"]
    except (ValueError, TypeError, KeyError):
        return None


def _by_sku(levels, issues):
    """Return the errors by SKU, and those of the feed as a whole."""
    found, general = defaultdict(list), []
    skus = {level.sku for level in levels}
    for issue in issues:
        if issue.get("severity") != ERROR:
            continue
        number, sku = issue.get("messageId"), issue.get("sku")
        if isinstance(number, int) and 0 < number <= len(levels):
            found[levels[number - 1].sku].append(issue)
        elif sku in skus:
            found[sku].append(issue)
        else:
            general.append(issue)
    return found, general


def _words(issues):
    """Return what Amazon says is wrong, each thing once; '' when it is nothing."""
    texts = [
        f"{issue['message']} ({issue.get('code') or 'no code'})"
        for issue in issues
        if issue.get("severity") == ERROR and issue.get("message")
    ]
    return " ".join(dict.fromkeys(texts))[:1000]
