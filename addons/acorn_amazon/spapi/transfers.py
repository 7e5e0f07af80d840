"""Transfers API 2024-06-01: what went to the seller's bank."""

from operator import methodcaller

from sp_api.base import Client, sp_endpoint

from .gateway import LibraryClient


class _Transfers(LibraryClient, Client):
    """The library does not know this operation yet."""

    @sp_endpoint("/finances/transfers/2024-06-01/payouts", method="GET")
    def list_payouts(self, **kwargs):
        return self._request(kwargs.pop("path"), params=kwargs)


def payouts(gateway, query, token=""):
    """Return a page of payouts, which may be empty, and the token of the next page or
    ''.

    :param query: what is asked for; the same for all pages
    """
    following = {"nextToken": token} if token else {}
    body = gateway.call(
        "listPayouts",
        _Transfers,
        methodcaller("list_payouts", **query, **following),
        expect={"payouts": list},
    ).body
    return body["payouts"], body.get("nextToken") or ""
