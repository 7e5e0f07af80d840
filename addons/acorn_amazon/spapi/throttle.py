"""Amazon's budget: token buckets per operation, selling partner and application."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from odoo.addons.acorn_base.channel import RetryLater

# A bucket that was waited for exactly must not lack a billionth of a token.
_WHOLE = 1 - 1e-9


@dataclass(frozen=True)
class Rate:
    per_second: float  # tokens that flow in
    burst: int  # tokens that a full bucket holds

    @property
    def period(self):
        """Seconds until one more call may be made."""
        return 1 / self.per_second


# The usage plans in Amazon's models; the rate a seller really has comes with answers.
RATES = {
    "searchOrders": Rate(0.0056, 20),
    "getOrder": Rate(0.5, 30),
    "confirmShipment": Rate(2, 10),
    "getMarketplaceParticipations": Rate(0.016, 15),
    "createReport": Rate(0.0167, 15),
    "getReport": Rate(2, 15),
    "getReports": Rate(0.0222, 10),
    "getReportDocument": Rate(0.0167, 15),
    "getOrderMetrics": Rate(0.5, 15),
    "getListingsItem": Rate(5, 10),
    "patchListingsItem": Rate(5, 5),
    "searchListingsItems": Rate(5, 5),
    "createFeedDocument": Rate(0.5, 15),
    "createFeed": Rate(0.0083, 15),
    "getFeed": Rate(2, 15),
    "getFeeds": Rate(0.0222, 10),
    "getFeedDocument": Rate(0.0222, 10),
    "getInventorySummaries": Rate(2, 2),
    "listTransactions": Rate(0.5, 10),
    "listPayouts": Rate(0.5, 10),
    "createQuery": Rate(0.0167, 15),
    "getQuery": Rate(2, 15),
    "getDocument": Rate(0.0167, 15),
}


def refill(tokens, last, now, rate):
    """Return how many tokens there are at ``now`` of the ``tokens`` there were."""
    return min(rate.burst, tokens + max(0.0, now - last) * rate.per_second)


def reserve(rate):
    """Return how many tokens stay for what is asked for now, whatever can wait."""
    return rate.burst // 4


def wait(tokens, rate):
    """Return the seconds until there is a token; 0 when there is one."""
    return 0.0 if tokens >= _WHOLE else (1 - tokens) / rate.per_second


def exhausted(operation, seconds):
    """Return the error that says when an operation may be called again."""
    said = f"{operation} may be called again in {seconds:.0f} s."
    return RetryLater(said, seconds, code="throttled")


class Throttle(Protocol):
    """The buckets of one selling partner and application."""

    def spend(self, operation: str, leave: int = 0) -> None:
        """Take a token; raise ``RetryLater`` with exact seconds until there is one.

        :param leave: tokens that have to stay in the bucket
        """

    def learn(self, operation: str, per_second: float) -> None:
        """Go by the rate that Amazon has just told."""

    def rate(self, operation: str) -> Rate:
        """Return the rate as Amazon told it, or publishes it."""


@dataclass(frozen=True)
class Patient:
    """A throttle for work that can wait: it never takes what others may need soon."""

    throttle: Throttle

    def spend(self, operation):
        self.throttle.spend(operation, leave=reserve(RATES[operation]))

    def learn(self, operation, per_second):
        self.throttle.learn(operation, per_second)


@dataclass(frozen=True)
class Steady:
    """A throttle for many quick calls: it waits itself where a token comes at once.

    A call that fails is tried again after five seconds at the earliest, in which a
    bucket of five in a second would have overflowed five times. One token stays: calls
    take longer now and then, and those that follow must not arrive too early.
    """

    throttle: Throttle
    patience: float = 2.0  # seconds for one token; others may be faster each time
    sleep: Callable[[float], None] = time.sleep

    def spend(self, operation):
        left = self.patience
        while True:
            try:
                return self.throttle.spend(operation, leave=1)
            except RetryLater as wanted:
                left -= wanted.seconds
                if left < 0:
                    raise
                self.sleep(wanted.seconds)

    def learn(self, operation, per_second):
        self.throttle.learn(operation, per_second)


@dataclass
class _Bucket:
    rate: Rate
    tokens: float
    last: float


class MemoryThrottle:
    """Buckets in this process: for tests and scripts, where no database shares them."""

    _shared: dict = {}
    _lock = threading.Lock()

    def __init__(self, partner, app, *, buckets=None, clock=time.monotonic):
        self._owner = (partner, app)
        self._buckets = self._shared if buckets is None else buckets
        self._clock = clock

    def spend(self, operation, leave=0):
        with self._lock:
            bucket, now = self._bucket(operation), self._clock()
            tokens = refill(bucket.tokens, bucket.last, now, bucket.rate)
            seconds = wait(tokens - leave, bucket.rate)
            if seconds:
                raise exhausted(operation, seconds)
            bucket.tokens, bucket.last = tokens - 1, now

    def learn(self, operation, per_second):
        with self._lock:
            bucket, now = self._bucket(operation), self._clock()
            bucket.tokens = refill(bucket.tokens, bucket.last, now, bucket.rate)
            bucket.last = now
            bucket.rate = replace(bucket.rate, per_second=per_second)

    def rate(self, operation):
        with self._lock:
            return self._bucket(operation).rate

    def _bucket(self, operation):
        rate = RATES[operation]
        full = _Bucket(rate, rate.burst, self._clock())
        return self._buckets.setdefault((*self._owner, operation), full)
