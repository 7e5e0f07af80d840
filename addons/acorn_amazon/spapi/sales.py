"""Sales API v1: how many orders there were."""

from operator import methodcaller

from sp_api.api.sales.sales import Sales
from sp_api.base import Granularity

from odoo.addons.acorn_base.channel import UTC

from .gateway import LibraryClient


class _Sales(LibraryClient, Sales):
    pass


def metrics(gateway, site, since, until):
    """Return one site's sales of each day of UTC: ``interval``, ``orderCount``, ….

    :param until: not included; Amazon takes two years at most
    """
    return gateway.call(
        "getOrderMetrics",
        _Sales,
        methodcaller(
            "get_order_metrics",
            interval=(_iso(since), _iso(until)),
            granularity=Granularity.DAY,
            granularityTimeZone="UTC",
            marketplaceIds=[site],
        ),
        expect={"payload": list},
    ).body["payload"]


def _iso(moment):
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
