"""What a row found out, and how noise is kept out of it."""

import time
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Measured:
    value: float
    numbers: dict = field(default_factory=dict)  # what it was made of, for people


def alternate(rounds, one, other):
    """Do both in turn, each first in every second round: what disturbs the machine
    disturbs both. Return the seconds of each.

    :param one: function of the round; what it returns is called and timed
    """
    seconds = {one: [], other: []}
    for number in range(rounds):
        for way in (one, other) if number % 2 else (other, one):
            seconds[way].append(timed(way(number)))
    return seconds[one], seconds[other]


def timed(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def ratio(slow, fast):
    """How many times as long ``slow`` took: the median of the rounds."""
    return median(one / other for one, other in zip(slow, fast, strict=True))


def per_second(count, seconds):
    return count / median(seconds)
