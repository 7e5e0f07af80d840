"""Listings Items API 2021-08-01: what is offered, and how much of it."""

from datetime import timedelta

from ..accounts import MARKETPLACES
from ..answers import Answer, invalid, not_found
from ..calls import Operation
from ..world.listings import malformed, problem, wrong_type
from .listing_request import COMMON, find, read_included, read_sites
from .listing_search import search_items
from .listing_view import item
from .parameters import refuse_unknown, text, texts

MODEL = "listingsItems_2021-08-01"
PATH = "/listings/2021-08-01/items/<sellerId>"
PREVIEW = "VALIDATION_PREVIEW"


def get_item(call):
    refuse_unknown(call, *COMMON)
    sites, listing = read_sites(call), find(call)
    if listing is None or not set(sites) & set(listing.sites):
        sku = call.arguments["sku"]
        raise not_found(f"SKU '{sku}' not found in marketplaces {', '.join(sites)}")
    return Answer(200, item(listing, sites, read_included(call)))


def patch_item(call):
    refuse_unknown(call, *COMMON, "mode")
    sites, listing, patches = read_sites(call), find(call), _read_patches(call)
    is_preview = text(call, "mode", (PREVIEW,)) == PREVIEW
    included = texts(call, "includedData", ("identifiers", "issues"))
    if listing is None or not set(sites) & set(listing.sites):
        raise invalid(f"SKU '{call.arguments['sku']}' not found")
    problems = [problem(patch, listing, sites) for patch in patches]
    problems.append(wrong_type(call.json()["productType"], listing))
    issues = [_issue(*each) for each in problems if each]
    if not (issues or is_preview):
        _submit(call, listing, sites, patches)
    good = "VALID" if is_preview else "ACCEPTED"
    body = {
        "sku": listing.sku,
        "status": "INVALID" if issues else good,
        "submissionId": f"{call.world.next_number('submission'):032x}",
        "issues": issues,
    }
    if is_preview and "identifiers" in included:
        asin = listing.product["asin"]
        body["identifiers"] = [
            {"marketplaceId": MARKETPLACES[site].id, "asin": asin} for site in sites
        ]
    return Answer(200, body)


def _read_patches(call):
    body = call.json()
    patches = body.get("patches") if isinstance(body, dict) else None
    if not isinstance(patches, list) or not patches or not body.get("productType"):
        raise invalid("productType and patches are required")
    for patch in patches:
        if wrong := malformed(patch):
            raise invalid(wrong)
    return patches


def _submit(call, listing, sites, patches):
    """Accepted is not done yet."""
    due = call.time + timedelta(seconds=call.world.options.listing_seconds)
    for patch in patches:
        call.world.agenda.add(due, "patch", call.account.key, listing.sku, sites, patch)


def _issue(code, message):
    return {
        "code": code,
        "message": message,
        "severity": "ERROR",
        "attributeNames": ["fulfillment_availability"],
        "categories": ["INVALID_ATTRIBUTE"],
    }


OPERATIONS = [
    Operation("searchListingsItems", "GET", PATH, search_items, MODEL),
    Operation("getListingsItem", "GET", f"{PATH}/<path:sku>", get_item, MODEL),
    Operation("patchListingsItem", "PATCH", f"{PATH}/<path:sku>", patch_item, MODEL),
]
