"""Gates: the answer to a comparison of numbers that carry errors, which may be open.

x > y is *open* where |x − y| is within the errors of x and y: code that rounds otherwise may take the other side. A
choice by an open gate then covers both sides (running.py, `choose`) and is counted; exact numbers leave no gate open,
also at a tie.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from .formats import Format

_COUNTS: ContextVar[list[int] | None] = ContextVar("open choices", default=None)


@contextmanager
def counting() -> Generator[list[int]]:
    """A list of one number: how many choices made in this block were open, the two sides being different."""
    count = [0]
    token = _COUNTS.set(count)
    try:
        yield count
    finally:
        _COUNTS.reset(token)


def count_open(open: np.ndarray) -> None:
    """Add to the count of the innermost `counting`."""
    count = _COUNTS.get()
    if count is not None:
        count[0] += int(np.count_nonzero(open))


class Gate:
    """An array of truth values, some of them open."""

    __array_priority__ = 100

    def __init__(self, true: np.ndarray, open: np.ndarray, format: Format):
        self.true, self.open, self.format = true, open, format

    @property
    def shape(self) -> tuple[int, ...]:
        return self.true.shape

    def __and__(self, other: Any) -> Gate:
        other = gate(other, self.format)
        can_be = (self.true | self.open) & (other.true | other.open)
        return Gate(self.true & other.true, can_be & (self.open | other.open), self.format)

    def __or__(self, other: Any) -> Gate:
        return ~(~self & ~gate(other, self.format))

    __rand__, __ror__ = __and__, __or__

    def __invert__(self) -> Gate:
        return Gate(~self.true, self.open, self.format)

    def __getitem__(self, key: Any) -> Gate:
        return Gate(self.true[key], self.open[key], self.format)

    def __mul__(self, other: Any) -> Any:
        """A gate used as the numbers 1 and 0."""
        from .running import choose

        return choose(self, 1.0, 0.0) * other

    __rmul__ = __mul__

    def __array_function__(self, func: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        if any(getattr(kind, "by_parts", False) for kind in types):
            return NotImplemented  # dual.py: each part is chosen by itself
        if func is not np.where or len(args) != 3:
            raise TypeError(f"a gate of numbers with errors has no rule for numpy's {func.__name__}")
        from .running import choose

        return choose(*args)


def gate(x: Any, format: Format) -> Gate:
    """x as a gate; plain truth values are not open."""
    if isinstance(x, Gate):
        return x
    x = np.asarray(x, bool)
    return Gate(x, np.zeros_like(x), format)
