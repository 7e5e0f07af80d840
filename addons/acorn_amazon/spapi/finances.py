"""Finances API 2024-06-19: what moved on the account."""

from operator import methodcaller

from sp_api.api.finances.finances_2024_06_19 import FinancesV20240619

from .gateway import LibraryClient


class _Finances(LibraryClient, FinancesV20240619):
    pass


def transactions(gateway, query, token=""):
    """Return a page of transactions, which may be empty, and the token of the next
    page or ''.

    :param query: what is asked for; the same for all pages
    """
    following = {"nextToken": token} if token else {}
    payload = gateway.call(
        "listTransactions",
        _Finances,
        methodcaller("list_transactions", **query, **following),
        expect={"payload": dict},
    ).body["payload"]
    return payload.get("transactions") or [], payload.get("nextToken") or ""
