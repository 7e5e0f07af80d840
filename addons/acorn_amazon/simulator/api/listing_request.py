"""What all requests about listings have in common."""

from ..answers import denied, invalid
from .listing_view import DATASETS
from .parameters import texts

COMMON = ("marketplaceIds", "issueLocale", "includedData")


def check_seller(call):
    if call.arguments["sellerId"] != call.account.seller_id:
        raise denied()


def find(call):
    """The seller's listing that the path names, or None."""
    check_seller(call)
    return call.world.listings[call.account.key].get(call.arguments["sku"])


def read_sites(call):
    """The codes of the marketplaces that are asked about."""
    ids = texts(call, "marketplaceIds")
    sites = call.world.sites_of(call.account.key, ids)
    if not ids or len(sites) < len(ids):
        raise invalid("Invalid 'marketplaceIds' provided.", ",".join(ids))
    return sites


def read_included(call):
    return texts(call, "includedData", DATASETS) or ["summaries"]
