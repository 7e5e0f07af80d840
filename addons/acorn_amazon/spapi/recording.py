"""Tells the call log of every try of every call, however it ends."""

import time

from odoo.addons.acorn_base.channel import Call, RetryLater

from .errors import request_id

BUG = "bug"  # the code of what is no error of ours


def nowhere(_call):
    """Keep no log of calls."""


class Recording:
    """A block in which an operation is called; each try of it is told once.

    :param record: takes a ``Call``; it must not fail
    """

    def __init__(self, record, operation):
        self._record = record
        self._operation = operation
        self._attempt = 0

    def __enter__(self):
        self.begin()
        return self

    def __exit__(self, _kind, error, _trace):
        if self._open:
            code = getattr(error, "code", BUG) if error else ""
            self.end(code, retry=isinstance(error, RetryLater))

    def begin(self):
        self._open = True
        self._attempt += 1
        self._start = time.monotonic()
        self._status, self._reference = 0, ""

    def answered(self, response):
        self._status = response.status_code
        self._reference = request_id(response)

    def end(self, code, *, retry):
        """Close a try; ``begin`` opens the next one."""
        self._open = False
        self._record(
            Call(
                operation=self._operation,
                status=self._status,
                seconds=time.monotonic() - self._start,
                reference=self._reference,
                code=code,
                attempt=self._attempt,
                retry=retry,
            )
        )
