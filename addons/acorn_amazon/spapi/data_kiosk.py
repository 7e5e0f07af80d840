"""Data Kiosk API 2023-11-15: questions that Amazon takes minutes to answer."""

from operator import methodcaller

from sp_api.api.data_kiosk.data_kiosk import DataKiosk

from . import documents
from .gateway import LibraryClient


class _DataKiosk(LibraryClient, DataKiosk):
    pass


def create(gateway, query):
    """Ask a question in GraphQL; return its id."""
    return gateway.call(
        "createQuery",
        _DataKiosk,
        methodcaller("create_query", query),
        expect={"queryId": str},
    ).body["queryId"]


def get(gateway, query_id):
    """Return how far a query is: ``processingStatus``, then ``dataDocumentId``, which
    is missing when there is nothing to tell."""
    return gateway.call(
        "getQuery",
        _DataKiosk,
        methodcaller("get_query", query_id),
        expect={"processingStatus": str},
    ).body


def text(gateway, document_id):
    """Return the text of a document: JSON, line by line."""
    described = gateway.call(
        "getDocument",
        _DataKiosk,
        methodcaller("get_document", document_id),
        expect={"documentUrl": str},
    ).body
    return documents.download(
        described["documentUrl"],
        "utf-8",
        encrypted=gateway.endpoint.startswith("https://"),
        record=gateway.record,
    )
