"""What Acorn asks of a sales channel. Plain Python: nothing here knows Odoo.

A channel is one class with five methods, ``check``, ``pull``, ``parse``, ``push`` and
``poll``, and three more if it can read history: ``oldest``, ``expected`` and ``plans``.
Plain data goes in and out. Adding a channel means writing one such class and returning
it from ``acorn.shop._get_channel_class()``; nothing else changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from .natures import FeeWord
from .records import Receipt, SiteInfo

UTC = timezone.utc


def instant(text):
    """Return an ISO 8601 time as aware UTC; ValueError when it names no zone."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)


class ChannelError(Exception):
    """Base of the three errors a channel may raise: they differ by who must act.

    :param message: what happened, in the channel's own words where it gave some
    :param code: a word that models turn into a sentence for people
    :param reference: the channel's request id, for its support desk
    :param values: what the sentence names
    """

    def __init__(self, message="", *, code="", reference="", values=None):
        super().__init__(message)
        self.code = code
        self.reference = reference
        self.values = values or {}


class RetryLater(ChannelError):
    """Nobody has to act: try the same thing again, not before ``seconds``.

    ``unknown_outcome`` tells that a write may have been carried out although no answer
    came: ask with ``poll`` before doing it again. ``receipt`` is what it is to be asked
    with, where that helps to find out.
    """

    def __init__(
        self, message="", seconds=60, *, unknown_outcome=False, receipt="", **details
    ):
        super().__init__(message, **details)
        self.seconds = seconds
        self.unknown_outcome = unknown_outcome
        self.receipt = receipt


class Refused(ChannelError):
    """Someone must look at this one document; the others go on."""


class AccountProblem(ChannelError):
    """Someone must look at the account.

    ``stream_only`` tells that just one kind of document is closed to us (a missing
    role): the shop's other streams go on.
    """

    def __init__(self, message="", *, stream_only=False, **details):
        super().__init__(message, **details)
        self.stream_only = stream_only


DETAIL, BULK = "detail", "bulk"  # where the documents of a period come from


@dataclass(frozen=True)
class Call:
    """One try of one call, as the call log keeps it: no address, query or body."""

    operation: str  # the channel's own name of it
    status: int = 0  # HTTP; 0 when no answer came
    seconds: float = 0.0
    reference: str = ""  # the channel's request id
    code: str = ""  # of the error that it ended with
    attempt: int = 1  # 2: made again at once, with a new access token
    retry: bool = False  # it failed, and is tried again by itself


@dataclass(frozen=True)
class Stream:
    """One kind of document that a channel publishes, and how it may be asked for."""

    kind: str  # names the parser; 'order', 'listing', …
    per_site: bool = False  # one cursor per site instead of one per shop
    every: timedelta = timedelta(minutes=15)  # how often it is asked by default
    at_least: timedelta = timedelta(minutes=1)  # the channel's budget allows no more
    window: timedelta = timedelta(days=1)  # longest period one request may cover
    overlap: timedelta = timedelta(minutes=10)  # looked at again: late updates, clocks
    lag: timedelta = timedelta(minutes=3)  # how close to now the channel answers
    history: timedelta | None = None  # how far back it can be read; None: not at all

    def next_window(self, position: datetime, now: datetime):
        """Half-open ``(since, until)`` to ask for next, or None when up to date.

        :param position: everything changed before it is already stored
        """
        since, end = position - self.overlap, now - self.lag
        if end <= position:
            return None
        return since, min(position + self.window, end)


@dataclass(frozen=True)
class Slice:
    """A period of history: what was created in ``[since, until)``, read as one."""

    since: datetime
    until: datetime
    source: str = DETAIL
    expected: int | None = None  # documents; None when the channel cannot tell

    @property
    def cursor(self):
        """Where reading it starts."""
        return {
            "since": self.since.isoformat(),
            "end": self.until.isoformat(),
            "source": self.source,
        }


@dataclass(frozen=True)
class Plan:
    """One way to read a period of history, and what it costs."""

    source: str  # BULK when some of its slices are
    slices: tuple[Slice, ...]  # newest first, without a gap
    calls: int
    duration: timedelta  # by the channel's budget, beside the live stream

    @property
    def expected(self):
        """Documents in all; None when the channel cannot tell."""
        counts = [each.expected for each in self.slices]
        return None if None in counts else sum(counts)


@dataclass(frozen=True)
class Document:
    """A remote document exactly as received: what Acorn stores and can replay."""

    kind: str
    key: str  # the channel's own identifier
    version: datetime  # its last update, aware UTC: an older one never replaces a newer
    body: bytes
    site: str = ""  # the channel's reference of the site, '' when it has none
    # An order the channel fulfils itself: tells which warehouse it moves, so that work
    # can be shared out without reading the document.
    by_channel: bool = False
    # False for what a report tells in passing: it never replaces what was told in
    # detail of the same or a newer version.
    detailed: bool = True


@dataclass(frozen=True)
class Page:
    """What one ``pull`` brought.

    ``cursor`` says where the next call starts and is stored in the transaction that
    stores the documents. ``more`` asks for another call at once; ``again_in`` for one
    after a while, because the channel is still preparing the answer (a report).
    """

    documents: tuple[Document, ...] = ()
    cursor: dict = field(default_factory=dict)
    more: bool = False
    again_in: timedelta | None = None


class Channel:
    """Base class of the channels; a subclass overrides what its channel offers.

    :param account: the channel's own frozen dataclass of identifiers and secrets
    :param now: returns the present as an aware UTC datetime
    """

    streams: tuple[Stream, ...] = ()
    # Kinds of instructions that can be pushed: 'shipment', 'stock' (a StockLevel),
    # 'stock_feed' (StockLevels), 'cancellation'.
    accepts: tuple[str, ...] = ()
    fees: tuple[FeeWord, ...] = ()  # its words for the amounts of settlements
    # Up to so many quantities are told one by one, more of them at once.
    few_levels = 300
    most_levels = 25_000  # in one StockLevels

    def __init__(self, account, now):
        self.account = account
        self.now = now

    def check(self) -> tuple[SiteInfo, ...]:
        """Return the sites the account sells on; raise what is wrong with it."""
        raise NotImplementedError

    def pull(
        self, kind: str, cursor: dict, site: str = "", keys: Iterable[str] = ()
    ) -> Page:
        """Return the next page of a stream.

        :param cursor: plain JSON as the last page returned it; ``{"until": iso}`` for
            a stream that starts, where ``until`` is the time it starts from. That of a
            ``Slice`` has an ``end``: what was created in it is returned, and the page
            that asks for no further call is the last. A slice leaves of the channel's
            budget what the stream may need.
        :param site: the site's reference for streams that are kept per site
        :param keys: fetch just these documents, whatever the cursor; it stays as it is
        """
        raise NotImplementedError

    def oldest(self, kind: str) -> datetime | None:
        """Return since when documents are kept; None when history cannot be read."""
        [stream] = [stream for stream in self.streams if stream.kind == kind]
        return stream.history and self.now() - stream.history

    def expected(self, kind: str, since: datetime, until: datetime) -> dict | None:
        """Return how many documents were created on each day of UTC, ``{iso: count}``.

        None when the channel cannot tell. Nearly right is enough: it is for progress.
        """
        return None

    def plans(
        self,
        kind: str,
        since: datetime,
        until: datetime,
        days: dict | None,
        every: timedelta,
    ) -> tuple[Plan, ...]:
        """Return the ways to read what was created in a period, the cheapest first.

        Pure: it costs no call.

        :param days: what ``expected`` told
        :param every: how often the stream is asked meanwhile
        """
        return ()

    def parse(self, document: Document):
        """Turn a document into records; pure. Raise ``Refused`` with the JSON path
        when it lacks what it must have."""
        raise NotImplementedError

    def read_file(
        self, kind: str, content: bytes, site: str = ""
    ) -> tuple[list[Document], list[str]]:
        """Return the documents of a file that a person downloaded at the channel.

        No call is made. ``Refused`` when it is no such file.

        :param site: reference of the site to name where the file names none
        :return: documents, and a sentence about each line that cannot be read
        """
        raise Refused("The channel has no such files.", code="no_files")

    def write_file(self, kind: str, records: Iterable) -> tuple[str, bytes]:
        """Return extension and content of a file that a person uploads at the channel.

        No call is made. ``Refused`` when the channel has no such form.
        """
        raise Refused("The channel has no such files.", code="no_files")

    def push(self, record) -> Receipt:
        """Tell the channel one record (``Shipment``, …) and return its verdict."""
        raise NotImplementedError

    def poll(self, record, reference: str = "") -> Receipt:
        """Ask what became of a record whose receipt is ``waiting`` or was lost.

        ``unknown`` means that the channel knows nothing of it: it may be pushed again.
        """
        raise NotImplementedError
