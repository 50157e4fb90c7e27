"""What a submission may use."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields

from ...errors import JacobiansError


class BadLimit(JacobiansError, ValueError):
    """A limit that is none."""


@dataclass(frozen=True)
class Limits:
    """What one worker may use; the defaults fit half a processor and 768 MB for everything together.

    Time is processor time, which a busy machine does not change; waiting is counted apart, and `wall` only ends what
    neither catches.

    Attributes:
        cpu: seconds of processor time for one call.
        idle: seconds that one call may wait without computing.
        wall: seconds on the clock for one call: generous, a loaded machine is slow.
        stops: times in a row that a function may have to be stopped; then it is called no more.
        total: seconds of processor time and waiting for all calls of a submission together.
        memory: bytes beyond what Python and NumPy take by themselves.
        processes: processes and threads, the worker counted: 1 is none besides it.
        open_files: open files.
        output: bytes of what it prints that are kept; the rest is thrown away.
        reply: bytes of one answer.
    """

    cpu: float = 5.0
    idle: float = 3.0
    wall: float = 120.0
    stops: int = 2
    total: float = 120.0
    memory: int = 256 << 20
    processes: int = 1
    open_files: int = 64
    output: int = 64 << 10
    reply: int = 16 << 20

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not math.isfinite(value) or value <= 0:
                raise BadLimit(f"the limit {field.name} is {value!r}: give a number above 0, such as {field.default}")
            if field.type == "int" and not isinstance(value, int):
                raise BadLimit(f"the limit {field.name} is {value!r}: give a whole number, such as {field.default}")

    def plain(self) -> dict[str, float]:
        """Names and numbers."""
        return asdict(self)


@dataclass
class Meter:
    """What a submission has used of `total` so far: one for all its workers, where it has several."""

    seconds: float = 0.0
