"""What is due when."""

import heapq
from itertools import count

from ..clock import iso, parse, whole


class Agenda:
    """Future events by time; those of one moment in the order in which they came."""

    def __init__(self):
        self._events = []
        self._serial = count()

    def add(self, when, kind, *arguments):
        when = whole(when)  # as it is written down
        heapq.heappush(self._events, (when, next(self._serial), kind, arguments))

    def due(self, now):
        """Yield the events up to ``now``, also those that other events add."""
        while self._events and self._events[0][0] <= now:
            when, _serial, kind, arguments = heapq.heappop(self._events)
            yield when, kind, arguments

    def drop(self, kind, first):
        """Forget the events of a kind whose first argument is this."""
        self._events = [
            (when, serial, name, arguments)
            for when, serial, name, arguments in self._events
            if (name, arguments[0]) != (kind, first)
        ]
        heapq.heapify(self._events)

    def clear(self):
        self._events.clear()

    def dump(self):
        return [
            [iso(when), kind, list(arguments)]
            for when, _serial, kind, arguments in sorted(self._events)
        ]

    def load(self, data):
        for when, kind, arguments in data:
            self.add(parse(when), kind, *arguments)
