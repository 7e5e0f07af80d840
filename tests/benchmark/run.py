"""Run the rows that are wanted, each on a fresh copy of the stage."""

import sys
import time
import traceback
from dataclasses import dataclass, field

from .stage import prepared
from .table import FULL, QUICK, ROWS, Row


@dataclass
class Result:
    row: Row
    value: float | None = None
    numbers: dict = field(default_factory=dict)
    problem: str = ""  # why there is no value
    seconds: float = 0.0

    @property
    def is_reached(self):
        return self.value is not None and self.row.is_reached(self.value)


def rows(wanted, quick):
    """Yield the ``Result`` of each row."""
    names = [name for name in wanted.split(",") if name] or [row.name for row in ROWS]
    unknown = set(names) - {row.name for row in ROWS}
    if unknown:
        raise SystemExit(
            f"There is no row {', '.join(sorted(unknown))}; there are"
            f" {', '.join(row.name for row in ROWS)}."
        )
    with prepared() as stage:
        for row in ROWS:
            if row.name in names:
                yield _measure(stage, row, QUICK if quick else FULL)


def _measure(stage, row, size):
    sys.stderr.write(f"· {row.work} …")
    sys.stderr.flush()
    result, begin = Result(row), time.monotonic()
    try:
        with stage.copy() as here:
            measured = row.measure(here, size)
        result.value, result.numbers = measured.value, measured.numbers
    except AssertionError as error:  # it did not do its work: that is no speed
        result.problem = str(error)
    except Exception as error:  # noqa: BLE001  (the other rows are wanted all the same)
        traceback.print_exc()
        result.problem = f"{type(error).__name__}: {error}"
    result.seconds = time.monotonic() - begin
    sys.stderr.write(f" {result.seconds:.0f} s\n")
    return result
