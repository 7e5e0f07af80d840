"""Sellers API v1: where the account sells."""

from operator import methodcaller

from sp_api.api.sellers.sellers import Sellers

from .gateway import LibraryClient


class _Sellers(LibraryClient, Sellers):
    pass


def participations(gateway):
    """Return the marketplaces of the account, with ``participation`` in each."""
    return gateway.call(
        "getMarketplaceParticipations",
        _Sellers,
        methodcaller("get_marketplace_participation"),
        expect={"payload": list},
    ).body["payload"]
