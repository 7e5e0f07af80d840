"""Listings Items API 2021-08-01."""

from operator import methodcaller

from sp_api.api.listings_items.listings_items_2021_08_01 import ListingsItemsV20210801

from .gateway import LibraryClient

PAGE_SIZE = 20  # the most that Amazon gives
MOST_FOUND = 1000  # of one search that can be paged through
INCLUDED = ("summaries", "offers", "fulfillmentAvailability")


class _Listings(LibraryClient, ListingsItemsV20210801):
    pass


def get(gateway, seller, sku, sites, included):
    """Return one listing as it is on these marketplaces.

    :param included: names of the parts that are wanted
    """
    return gateway.call(
        "getListingsItem",
        _Listings,
        methodcaller(
            "get_listings_item",
            seller,
            sku,
            marketplaceIds=",".join(sites),
            includedData=included,
        ),
        expect={"sku": str},
    ).body


def patch(gateway, seller, sku, sites, body):
    """Change a listing; return ``status``, ``submissionId`` and ``issues``."""
    return gateway.call(
        "patchListingsItem",
        _Listings,
        methodcaller(
            "patch_listings_item",
            seller,
            sku,
            marketplaceIds=",".join(sites),
            body=body,
        ),
        expect={"status": str, "submissionId": str},
        write=True,
    ).body


def search(gateway, seller, query, token=""):
    """Return a page of listings: ``items``, and ``pagination`` if there are more.

    :param query: the filters and the order; the same for all pages of a search
    :param token: ``nextToken`` of the page before
    """
    following = {"pageToken": token} if token else {}
    return gateway.call(
        "searchListingsItems",
        _Listings,
        methodcaller(
            "search_listings_items",
            seller,
            **query,
            **following,
            includedData=INCLUDED,
            pageSize=PAGE_SIZE,
        ),
        expect={"items": list},
    ).body
