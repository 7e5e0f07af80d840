"""What a row found out, and how noise is kept out of it."""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median

import psutil

from . import databases

BACKENDS = """
    SELECT pid FROM pg_stat_activity
     WHERE datname = '{}' AND backend_type = 'client backend'
"""


@dataclass(frozen=True)
class Measured:
    value: float
    numbers: dict = field(default_factory=dict)  # what it was made of, for people


@dataclass(frozen=True)
class Took:
    seconds: float
    processor: float = 0.0  # seconds that we and PostgreSQL computed; 0 if not asked


def alternate(rounds, one, other, places=()):
    """Do both in turn, each first in every second round: what disturbs the machine
    disturbs both. Return two lists of ``Took``.

    :param one: function of the round; what it returns is called and timed
    :param places: databases whose processor time is wanted, too
    """
    took = {one: [], other: []}
    for number in range(rounds):
        for way in (one, other) if number % 2 else (other, one):
            took[way].append(timed(way(number), places))
    return took[one], took[other]


def timed(work, places=()):
    computed, begin = _processor_time(places), time.perf_counter()
    work()
    seconds = time.perf_counter() - begin
    return Took(seconds, _processor_time(places) - computed)


def _processor_time(places):
    """What this process, its children and their database connections have used."""
    if not places:
        return 0.0
    me = psutil.Process()
    pids = [me.pid, *(child.pid for child in me.children())]
    for place in places:
        found = databases.query(place.database, BACKENDS.format(place.database))
        pids += map(int, (found or "").split())
    return sum(map(_computed, pids))


def _computed(pid):
    with suppress(psutil.NoSuchProcess):  # or on another machine
        times = psutil.Process(pid).cpu_times()
        return times.user + times.system
    return 0.0


def ratio(slow, fast):
    """How many times as long ``slow`` took: the median of the rounds."""
    return median(ratios(slow, fast))


def ratios(slow, fast):
    return [one.seconds / other.seconds for one, other in zip(slow, fast, strict=True)]


def processor_ratio(slow, fast):
    """The same in computing time, which other programs do not touch."""
    return _computing(slow) / _computing(fast)


def _computing(took):
    return median(each.processor for each in took)


def per_second(count, took):
    return count / median(each.seconds for each in took)


def milliseconds(count, took):
    return 1000 / per_second(count, took)


def computed_milliseconds(count, took):
    return 1000 * _computing(took) / count
