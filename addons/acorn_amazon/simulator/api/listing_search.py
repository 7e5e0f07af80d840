"""searchListingsItems: filters, order and pages."""

from ..answers import Answer, invalid
from .listing_request import COMMON, check_seller, read_included, read_sites
from .listing_view import BUYABLE, DISCOVERABLE, item, statuses
from .parameters import moment, number, refuse_unknown, text, texts
from .tokens import fingerprint, seal, unseal

IDENTIFIERS = {  # identifiersType: what of a listing it names
    "SKU": lambda listing: listing.sku,
    "ASIN": lambda listing: listing.product["asin"],
    "EAN": lambda listing: listing.product["barcode"],
    "GTIN": lambda listing: listing.product["barcode"],
    "JAN": lambda listing: listing.product["barcode"],
}
SORTS = {
    "sku": lambda listing: listing.sku,
    "createdDate": lambda listing: (listing.created, listing.sku),
    "lastUpdatedDate": lambda listing: (listing.updated, listing.sku),
}
FILTERS = (
    "identifiers",
    "identifiersType",
    "createdAfter",
    "createdBefore",
    "lastUpdatedAfter",
    "lastUpdatedBefore",
    "withIssueSeverity",
    "withStatus",
    "withoutStatus",
)
PAGING = ("sortBy", "sortOrder", "pageSize", "pageToken")
MOST_FOUND, MOST_PER_PAGE, MOST_IDENTIFIERS = 1000, 20, 20


def search_items(call):
    refuse_unknown(call, *COMMON, *FILTERS, *PAGING)
    check_seller(call)
    sites, included = read_sites(call), read_included(call)
    size = number(call, "pageSize", 10, 1, MOST_PER_PAGE)
    found, start = _search(call, sites), _start(call)
    page = found[:MOST_FOUND][start : start + size]
    body = {
        "numberOfResults": len(found),
        "items": [item(listing, sites, included) for listing in page],
    }
    tokens = {}
    if start + size < min(len(found), MOST_FOUND):
        tokens["nextToken"] = _token(call, start + size)
    if start:
        tokens["previousToken"] = _token(call, max(start - size, 0))
    if tokens:
        body["pagination"] = tokens
    return Answer(200, body)


def _search(call, sites):
    tests = [*_identified(call), *_dated(call), *_with_status(call, sites)]
    found = [
        listing
        for listing in call.world.listings[call.account.key]
        if set(sites) & set(listing.sites) and all(test(listing) for test in tests)
    ]
    key = SORTS[text(call, "sortBy", SORTS, "lastUpdatedDate")]
    newest_first = text(call, "sortOrder", ("ASC", "DESC"), "DESC") == "DESC"
    return sorted(found, key=key, reverse=newest_first)


def _identified(call):
    wanted = texts(call, "identifiers", most=MOST_IDENTIFIERS)
    kind = text(call, "identifiersType", IDENTIFIERS)
    if bool(wanted) != bool(kind):
        raise invalid("Invalid Input", "identifiers and identifiersType go together")
    if wanted:
        yield lambda listing: IDENTIFIERS[kind](listing) in wanted


def _dated(call):
    """Both ends count."""
    for family, name in (("created", "created"), ("lastUpdated", "updated")):
        after, before = moment(call, f"{family}After"), moment(call, f"{family}Before")
        if after:
            yield lambda each, name=name, after=after: getattr(each, name) >= after
        if before:
            yield lambda each, name=name, before=before: getattr(each, name) <= before


def _with_status(call, sites):
    """Of several sites the first decides."""
    allowed = (BUYABLE, DISCOVERABLE)
    if wanted := set(texts(call, "withStatus", allowed)):
        yield lambda listing: wanted & set(statuses(listing, sites[0]))
    if unwanted := set(texts(call, "withoutStatus", allowed)):
        yield lambda listing: not unwanted & set(statuses(listing, sites[0]))
    if texts(call, "withIssueSeverity", ("WARNING", "ERROR")):
        yield lambda listing: False  # nothing is ever wrong with a listing here


def _start(call):
    sealed = text(call, "pageToken")
    if not sealed:
        return 0
    token = unseal(sealed, "pageToken")
    if token.get("query") != fingerprint(call, PAGING):
        raise invalid("Invalid Input", "pageToken belongs to other parameters")
    return token["start"]


def _token(call, start):
    return seal({"query": fingerprint(call, PAGING), "start": start})
