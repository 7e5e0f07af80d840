"""Documents behind addresses that work for five minutes, as those of S3 do."""

import gzip
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from ..clock import iso, parse

LIFE = timedelta(minutes=5)


@dataclass
class Document:
    id: str
    account: str
    content_type: str
    content: bytes | None = None  # None: nothing has been uploaded yet
    compressed: bool = False

    def sent(self):
        """The bytes that a download brings."""
        return gzip.compress(self.content) if self.compressed else self.content


class Documents:
    def __init__(self, seed):
        self._seed = seed
        self._documents = {}

    def add(self, account, content_type, content=None, compressed=False):
        number = f"amzn1.spdoc.1.4.{account}.{self._digest(len(self._documents))}"
        document = Document(number, account, content_type, content, compressed)
        self._documents[number] = document
        return document

    def get(self, number):
        return self._documents.get(number)

    def url(self, base, document, method, now):
        """A signed address for GET or PUT."""
        moment = iso(now)
        signature = self._digest(document.id, method, moment)
        return (
            f"{base.rstrip('/')}/_documents/{document.id}?X-Amz-Date={moment}"
            f"&X-Amz-Expires={LIFE.seconds}&X-Amz-Signature={signature}"
        )

    def may(self, document_id, method, query, now):
        """The document, when the address is genuine and young enough."""
        moment = query.get("X-Amz-Date", "")
        if query.get("X-Amz-Signature") != self._digest(document_id, method, moment):
            return None
        return self.get(document_id) if now - parse(moment) <= LIFE else None

    def _digest(self, *words):
        text = "|".join(map(str, (self._seed, *words)))
        return sha256(text.encode()).hexdigest()[:40]

    def dump(self):
        return [
            [each.id, each.account, each.content_type, text, each.compressed]
            for each in self._documents.values()
            for text in [each.content and b64encode(each.content).decode()]
        ]

    def load(self, data):
        for number, account, content_type, text, compressed in data:
            content = b64decode(text) if text is not None else None
            document = Document(number, account, content_type, content, compressed)
            self._documents[number] = document
