"""The world's time, and how it is written."""

import time
from datetime import datetime, timedelta, timezone


def iso(moment):
    """Write a time as Amazon does: UTC, milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def parse(text):
    """Read an ISO 8601 time that names its offset; ValueError when it is none."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return whole(moment.astimezone(timezone.utc))


def whole(moment):
    """Without what is smaller than a millisecond: Amazon does not tell it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class Clock:
    """Real time unless told otherwise: it can be frozen, moved on and scaled."""

    def __init__(self, at=None, scale=1.0):
        self._anchor(at or datetime.now(timezone.utc), scale)

    def _anchor(self, moment, scale):
        self._moment, self._real, self.scale = moment, time.time(), scale

    def now(self):
        elapsed = (time.time() - self._real) * self.scale
        return whole(self._moment + timedelta(seconds=elapsed))

    def advance(self, **duration):
        """``advance(hours=2)``: any arguments of ``timedelta``."""
        self._anchor(self.now() + timedelta(**duration), self.scale)

    def freeze(self, at=None):
        self._anchor(at or self.now(), 0.0)

    def run(self, scale=1.0):
        """Let time pass again, ``scale`` times as fast as outside."""
        self._anchor(self.now(), scale)

    def dump(self):
        return {"now": iso(self.now()), "real": time.time(), "scale": self.scale}

    def load(self, data):
        """Go on as if it had never stopped."""
        away = (time.time() - data["real"]) * data["scale"]
        self._anchor(parse(data["now"]) + timedelta(seconds=away), data["scale"])
