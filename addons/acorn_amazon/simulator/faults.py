"""Trouble on demand: what a test or a demo wants to go wrong."""

import threading
from dataclasses import asdict, dataclass, field
from random import Random

from .troubles import KINDS


@dataclass
class Fault:
    """The next ``times`` calls of ``operation`` (``*``: any) go wrong.

    ``skip`` lets as many calls go well before; ``share`` lets only a part of the calls
    go wrong, by dice with a seed.
    """

    operation: str = "*"
    kind: str = "status"
    times: int = 1
    skip: int = 0
    account: str = ""
    share: float = 1.0
    seed: int = 1
    seconds: float = 0.0
    status: int = 500
    body: object = None
    headers: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"No such fault: {self.kind!r}; there are {list(KINDS)}")
        self._dice = Random(self.seed)

    def strikes(self, operation, account):
        if self.times < 1 or self.operation not in ("*", operation):
            return False
        if self.account not in ("", account) or self._dice.random() >= self.share:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class Faults(list):
    """Those to come, in the order in which they were asked for."""

    def take(self, operation, account):
        """The fault that strikes this call, or None."""
        for fault in self:
            if fault.strikes(operation, account):
                self[:] = [each for each in self if each.times > 0]
                return fault
        return None

    def show(self):
        return [asdict(fault) for fault in self]


class Gate:
    """Where calls are held until somebody lets them go on."""

    PATIENCE = 60  # seconds

    def __init__(self):
        self._condition = threading.Condition()
        self._held, self._opened = [], 0

    def hold(self, call):
        with self._condition:
            opened = self._opened
            self._held.append(call)
            self._condition.wait_for(lambda: self._opened > opened, self.PATIENCE)
            self._held.remove(call)

    def held(self):
        with self._condition:
            return list(self._held)

    def open(self):
        """Let all of them go on; return how many there were."""
        with self._condition:
            self._opened += 1
            self._condition.notify_all()
            return len(self._held)
