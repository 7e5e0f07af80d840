"""Feeds API 2021-06-30."""

from operator import methodcaller

from sp_api.api.feeds.feeds_2021_06_30 import FeedsV20210630
from sp_api.base import fill_query_params

from odoo.addons.acorn_base.channel import UTC

from . import documents
from .gateway import LibraryClient

PATH = "/feeds/2021-06-30"


class _Feeds(LibraryClient, FeedsV20210630):
    """The library's own methods send junk with what they post, and download what they
    look up without looking at its status."""

    def create_document(self, content_type):
        body = {"contentType": content_type, "method": "POST"}
        return self._request(f"{PATH}/documents", data=body)

    def create(self, **body):
        return self._request(f"{PATH}/feeds", data={**body, "method": "POST"})

    def look_up_document(self, document_id):
        return self._request(fill_query_params(f"{PATH}/documents/{{}}", document_id))


def upload(gateway, content, content_type):
    """Lay a file where Amazon finds it; return the id of its document."""
    described = gateway.call(
        "createFeedDocument",
        _Feeds,
        methodcaller("create_document", content_type),
        expect={"feedDocumentId": str, "url": str},
    ).body
    documents.upload(
        described["url"],
        content,
        content_type,
        encrypted=gateway.endpoint.startswith("https://"),
        record=gateway.record,
    )
    return described["feedDocumentId"]


def create(gateway, feed_type, document_id, sites):
    """Let Amazon read a file that was uploaded; return the id of the feed."""
    return gateway.call(
        "createFeed",
        _Feeds,
        methodcaller(
            "create",
            feedType=feed_type,
            inputFeedDocumentId=document_id,
            marketplaceIds=list(sites),
        ),
        expect={"feedId": str},
        write=True,
    ).body["feedId"]


def get(gateway, feed_id):
    """Return how far a feed is: ``processingStatus``, then its result's document."""
    return gateway.call(
        "getFeed",
        _Feeds,
        methodcaller("get_feed", feed_id),
        expect={"feedId": str, "processingStatus": str},
    ).body


def since(gateway, feed_type, moment):
    """Return up to 100 feeds of a type that were created since, newest first."""
    return gateway.call(
        "getFeeds",
        _Feeds,
        methodcaller(
            "get_feeds",
            feedTypes=feed_type,
            createdSince=f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            pageSize=100,
        ),
        expect={"feeds": list},
    ).body["feeds"]


def text(gateway, document_id):
    """Return the text of the document that says what became of a feed."""
    described = gateway.call(
        "getFeedDocument",
        _Feeds,
        methodcaller("look_up_document", document_id),
        expect={"url": str},
    ).body
    return documents.download(
        described["url"],
        "utf-8",
        encrypted=gateway.endpoint.startswith("https://"),
        record=gateway.record,
    )
