"""The storage behind signed addresses: no token is asked for, the address is enough."""

from ..answers import Answer
from ..calls import Operation

PATH = "/_documents/<documentId>"
DENIED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
)


def download(call):
    document = _document(call, "GET")
    if document is None or document.content is None:
        return _denied()
    return Answer(200, document.sent(), {"Content-Type": document.content_type})


def upload(call):
    document = _document(call, "PUT")
    if document is None or call.content_type != document.content_type:
        return _denied()
    document.content = call.data
    return Answer(200)


def _document(call, method):
    number = call.arguments["documentId"]
    return call.world.documents.may(number, method, call.query, call.time)


def _denied():
    return Answer(403, DENIED, {"Content-Type": "application/xml"})


OPERATIONS = [
    Operation("downloadDocument", "GET", PATH, download),
    Operation("uploadDocument", "PUT", PATH, upload),
]
