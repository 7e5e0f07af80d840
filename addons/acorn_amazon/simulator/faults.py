"""Trouble on demand: what a test or a demo wants to go wrong."""

from dataclasses import asdict, dataclass, field
from random import Random

from .troubles import KINDS


@dataclass
class Fault:
    """The next ``times`` calls of ``operation`` (``*``: any) go wrong.

    ``share`` lets only a part of the calls go wrong, by dice with a seed.
    """

    operation: str = "*"
    kind: str = "status"
    times: int = 1
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
