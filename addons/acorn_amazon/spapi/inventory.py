"""FBA Inventory API v1: what Amazon keeps of a seller's goods."""

from operator import methodcaller

from sp_api.api.inventories.inventories import Inventories

from .gateway import LibraryClient


class _Inventories(LibraryClient, Inventories):
    pass


def summaries(gateway, site, token=""):
    """Return a page of what is kept: its rows, and the token of the next page or ''.

    A token lives 30 seconds.

    :param site: marketplace from whose view quantities are told; Amazon takes just one
    """
    following = {"nextToken": token} if token else {}
    body = gateway.call(
        "getInventorySummaries",
        _Inventories,
        methodcaller(
            "get_inventory_summary_marketplace",
            details="true",
            granularityType="Marketplace",
            granularityId=site,
            marketplaceIds=site,
            **following,
        ),
        expect={"payload": dict},
    ).body
    rows = body["payload"].get("inventorySummaries") or []
    return rows, (body.get("pagination") or {}).get("nextToken") or ""
