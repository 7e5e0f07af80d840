"""What is sent back: answers, and errors in Amazon's shape."""

from dataclasses import dataclass, field

DENIED = "Access to requested resource is denied."


@dataclass
class Answer:
    """``body``: a dict is sent as JSON, bytes and text as they are."""

    status: int = 200
    body: object = None
    headers: dict = field(default_factory=dict)


class AmazonError(Exception):
    """Amazon says no; becomes ``{"errors": [{code, message, details}]}``."""

    def __init__(self, status, code, message, details=""):
        super().__init__(message)
        self.status, self.code, self.details = status, code, details

    def answer(self):
        error = {"code": self.code, "message": str(self), "details": self.details}
        return Answer(self.status, {"errors": [error]})


class LoginError(AmazonError):
    """Login with Amazon says no, in a shape of its own."""

    def answer(self):
        body = {"error": self.code, "error_description": str(self)}
        return Answer(self.status, body)


def invalid(message, details=""):
    return AmazonError(400, "InvalidInput", message, details)


def not_found(message):
    return AmazonError(404, "NotFound", message)


def denied(details=""):
    return AmazonError(403, "Unauthorized", DENIED, details)


def throttled():
    message = "You exceeded your quota for the requested resource."
    return AmazonError(429, "QuotaExceeded", message)
