"""The parent's end of the wire: handles, and the arrays that live at both ends, each under its number.

What the worker sends is checked against what is known here: a number that was never given out, another shape, another
type, is `Malformed`.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from ...adapters.place import Handle
from .inside.kinds import is_numbers
from .inside.wire import Malformed, Reader, Writer

TEXT = 2000  # characters of a worker's sentence
HANDLES = 50_000


class Mirror:
    """What one worker process holds of ours, and we of its."""

    def __init__(self) -> None:
        self.arrays: dict[int, weakref.ref[np.ndarray]] = {}
        self.dead: list[int] = []
        self.dropped: list[int] = []
        self.next_array = 0

    def number(self, array: np.ndarray) -> int:
        """The number of this very array."""
        for number, ref in self.arrays.items():
            if ref() is array:
                return number
        self.next_array += 1
        self.remember(array, self.next_array)
        return self.next_array

    def remember(self, array: np.ndarray, number: int) -> None:
        """From now on this array has this number, until nobody here holds it."""
        self.arrays[number] = weakref.ref(array, lambda _: self._gone(number))

    def _gone(self, number: int) -> None:
        self.arrays.pop(number, None)
        self.dead.append(number)

    def forget(self) -> tuple[list[int], list[int]]:
        """The numbers of arrays that nobody here holds any more, and of objects there that were dropped, once."""
        dead, dropped, self.dead, self.dropped = self.dead, self.dropped, [], []
        return dead, dropped


class Handles:
    """The handles given out for objects of any of a worker's processes; one that is gone takes its objects with it."""

    def __init__(self) -> None:
        self.there: dict[int, tuple[Mirror, int]] = {}
        self.next = 0

    def give(self, mirror: Mirror, number: int, kind: str) -> Handle:
        """A handle for an object of that process.

        Raises:
            Malformed: there are too many already: none is ever dropped, or the worker makes them up.
        """
        if len(self.there) >= HANDLES:
            raise Malformed(f"more than {HANDLES:,} objects that are to be kept")
        self.next += 1
        self.there[self.next] = (mirror, number)
        return Handle(self.next, plain(kind, 100))


class Outgoing(Writer):
    """Values on their way to a worker.

    Raises:
        Malformed: a value that cannot cross; Gone: a handle of a process that is no more.
    """

    def __init__(self, mirror: Mirror, handles: Handles):
        super().__init__()
        self.mirror, self.handles = mirror, handles

    def stranger(self, value: Any) -> Any:
        if is_numbers(value):
            raise Malformed(f"numbers of type {value.dtype.name} cannot be sent into the sandbox")
        if not isinstance(value, Handle):
            return super().stranger(value)
        mirror, number = self.handles.there.get(value.number, (None, 0))
        if mirror is not self.mirror:
            raise Gone
        return {"handle": [number, ""]}

    def number(self, array: np.ndarray) -> int:
        return self.mirror.number(array)


class Gone(Exception):
    """A handle whose object went with the process that held it."""


class Incoming(Reader):
    """Values on their way from a worker."""

    def __init__(self, body: bytearray, mirror: Mirror, handles: Handles):
        super().__init__(body)
        self.mirror, self.handles = mirror, handles

    def handle(self, number: int, kind: str) -> Handle:
        return self.handles.give(self.mirror, number, kind)

    def known(self, array: np.ndarray, number: int, strides: Any) -> np.ndarray:
        """The array of this number here, with what was written into it there; a new one under a new number."""
        ref = self.mirror.arrays.get(number)
        here = ref() if ref else None
        if here is None:
            if number < 0:
                self.mirror.remember(array, number)
            return array
        if (here.dtype, here.shape) != (array.dtype, array.shape):
            raise Malformed("an array that has become another")
        if here.tobytes() != array.tobytes():
            if not here.flags.writeable:
                return array
            np.copyto(here, array)
        return here


def plain(text: Any, length: int = TEXT) -> str:
    """Text of a stranger's, fit to be shown: no control characters, no end."""
    shown = "".join(c if c.isprintable() else " " for c in str(text)[: length + 1])
    return shown if len(shown) <= length else f"{shown[: length - 1]}…"
