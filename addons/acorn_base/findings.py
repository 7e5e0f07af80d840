"""What is wrong with a shop, judged from stored facts. Plain Python, all times UTC.

Nothing here asks a channel or the database: the facts are gathered for all shops at
once (``acorn.watch``), so that a page can be loaded with the judgement on it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

INFO, WARNING, ERROR = "info", "warning", "error"
RANK = {INFO: 0, WARNING: 10, ERROR: 20}

REPEATED = 3  # failures in a row: one or two are a channel's ordinary day
RECEIPT_LATE = timedelta(hours=6)  # channels answer within the hour as a rule
CREDENTIAL_STEPS = (30, 14, 7, 0)  # days before the end: each is told once


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong now.

    :param shop_id: id of the shop, 0 when it concerns the server itself
    :param reason: of ``acorn.alert``; with ``subject`` it tells findings apart
    :param code: names the sentence, which ``values`` complete; ``text`` is the result
    :param step: rises while things get worse within one severity
    """

    shop_id: int
    reason: str
    subject: str
    severity: str
    code: str
    values: dict = field(default_factory=dict)
    text: str = ""
    stream_id: int = 0
    step: int = 0

    @property
    def level(self):
        """How bad it is: an alert is told again when this rises, and only then."""
        return RANK[self.severity] + self.step


@dataclass(frozen=True)
class StreamFacts:
    id: int
    name: str
    closed: bool
    failures: int
    error: str
    every: timedelta
    since: datetime  # the last page that came, or when the stream was set going


@dataclass(frozen=True)
class MessageFacts:
    """Counts of a shop's messages, and the newest references of those that failed."""

    pending: int = 0
    pending_since: datetime | None = None
    failed: int = 0
    references: tuple[str, ...] = ()
    waiting_since: datetime | None = None


@dataclass(frozen=True)
class CoverFacts:
    """What runs short of what a shop sells, and a line for each of the worst."""

    count: int = 0
    late: int = 0  # of these, run out before goods ordered now could arrive
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class ParcelFacts:
    """What has to leave, and what left unknown to the channel: counts and the first."""

    soon: int = 0  # orders whose ship-by time is near, those that are late included
    late: int = 0
    orders: tuple[str, ...] = ()
    unconfirmed: int = 0
    deliveries: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShopFacts:
    id: int
    name: str
    live: bool
    problem: str
    probed: bool  # a paused shop that tries again by itself
    alarm_after: timedelta
    most_pending: int
    quiet_hours: int = 0
    quiet: bool = False  # no order was placed for that long
    streams: tuple[StreamFacts, ...] = ()
    messages: MessageFacts = MessageFacts()
    credentials: tuple[tuple[str, date, str], ...] = ()  # what, last day, to do
    cover: CoverFacts = CoverFacts()
    parcels: ParcelFacts = ParcelFacts()


def judge(shop, now):
    """Return the findings of one shop, worst first.

    :param now: naive UTC, as the facts
    """
    findings = [*_credentials(shop, now.date()), *_failed(shop)]
    findings += _cover(shop)
    if shop.live:
        streams = [f for stream in shop.streams if (f := _stream(shop, stream, now))]
        findings += [*streams, *_messages(shop, now)]
        if not any(finding.reason == "no_pull" for finding in streams):
            findings += _quiet(shop)
    else:
        findings.append(_paused(shop))
    findings += _parcels(shop)
    return sorted(findings, key=lambda finding: -finding.level)


def allowed_silence(every, alarm_after):
    """Return how long a stream may be silent: its own rhythm counts.

    A stream that had two turns meanwhile is late after ``alarm_after``; one with a
    slower rhythm that long after its turn.
    """
    return alarm_after if every * 2 <= alarm_after else every + alarm_after


def _stream(shop, stream, now):
    if stream.closed:
        return _of_stream(shop, stream, "stream", ERROR, "error")
    silence = now - stream.since
    if silence > allowed_silence(stream.every, shop.alarm_after):
        code = "no_pull_error" if stream.error else "no_pull"
        return _of_stream(shop, stream, "no_pull", ERROR, code, silence)
    if stream.failures >= REPEATED:
        return _of_stream(shop, stream, "failing", WARNING, "failing", silence)
    return None


def _of_stream(shop, stream, reason, severity, code, silence=timedelta(0)):
    values = {
        "stream": stream.name,
        "shop": shop.name,
        "minutes": _minutes(silence),
        "failures": stream.failures,
        "error": stream.error,
    }
    return Finding(
        shop.id, reason, stream.name, severity, code, values, stream_id=stream.id
    )


def _paused(shop):
    if shop.problem:
        values = {"error": shop.problem}
        return Finding(shop.id, "account", shop.name, ERROR, "error", values)
    return Finding(shop.id, "paused", shop.name, INFO, "paused", {"shop": shop.name})


def _messages(shop, now):
    facts = shop.messages
    age = now - facts.pending_since if facts.pending_since else timedelta(0)
    if facts.pending > shop.most_pending or age > shop.alarm_after:
        values = {"count": facts.pending, "minutes": _minutes(age), "shop": shop.name}
        yield Finding(shop.id, "pile_up", shop.name, WARNING, "pile_up", values)
    if facts.waiting_since and now - facts.waiting_since > RECEIPT_LATE:
        hours = _minutes(now - facts.waiting_since) // 60
        values = {"hours": hours, "shop": shop.name}
        yield Finding(shop.id, "no_receipt", shop.name, WARNING, "no_receipt", values)


def _failed(shop):
    facts = shop.messages
    if facts.failed:
        values = {
            "count": facts.failed,
            "references": ", ".join(facts.references),
            "shop": shop.name,
        }
        yield Finding(shop.id, "failed", shop.name, WARNING, "failed", values)


def _cover(shop):
    facts = shop.cover
    if facts.count:
        values = {
            "count": facts.count,
            "late": facts.late,
            "shop": shop.name,
            "lines": "\n".join(facts.lines),
        }
        step = int(facts.late > 0)
        yield Finding(shop.id, "cover", shop.name, WARNING, "cover", values, step=step)


def _parcels(shop):
    facts = shop.parcels
    if facts.soon:
        values = {
            "count": facts.soon,
            "late": facts.late,
            "orders": ", ".join(facts.orders),
            "shop": shop.name,
        }
        severity, code = (ERROR, "late") if facts.late else (WARNING, "ship_by")
        yield Finding(shop.id, "ship_by", shop.name, severity, code, values)
    if facts.unconfirmed:
        values = {
            "count": facts.unconfirmed,
            "deliveries": ", ".join(facts.deliveries),
            "shop": shop.name,
        }
        yield Finding(shop.id, "shipment", shop.name, WARNING, "shipment", values)


def _quiet(shop):
    if shop.quiet:
        values = {"hours": shop.quiet_hours, "shop": shop.name}
        yield Finding(shop.id, "no_orders", shop.name, INFO, "no_orders", values)


def _credentials(shop, today):
    for subject, end, text in shop.credentials:
        left = (end - today).days
        step = sum(left <= days for days in CREDENTIAL_STEPS)
        if step:
            severity = ERROR if left <= 7 else WARNING
            code = "credential_ends" if left >= 0 else "credential_ended"
            values = {"subject": subject, "days": left, "date": end, "text": text}
            yield Finding(
                shop.id, "credentials", subject, severity, code, values, step=step
            )


def _minutes(duration):
    return int(duration.total_seconds() // 60)
