"""The worker's end of the wire: objects that stay here, and arrays that live at both ends.

An array that crossed is remembered as long as both ends have it. When a call is over, those whose bytes are no longer
what crossed go back to the parent, so that a write shows there as if the code had been called there.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from .wire import Malformed, Reader, Writer, layout
from .words import kind_of


class Objects:
    """Everything of this worker that has a number at the other end."""

    def __init__(self) -> None:
        self.kept: dict[int, Any] = {}
        self.arrays: dict[int, tuple[weakref.ref[np.ndarray], bytes]] = {}
        self.next_handle, self.next_array = 0, -1

    def keep(self, value: Any) -> dict[str, Any]:
        """The node of a handle to this object."""
        self.next_handle += 1
        self.kept[self.next_handle] = value
        return {"handle": [self.next_handle, kind_of(value)]}

    def number(self, array: np.ndarray) -> int:
        """The number of an array: the one it has already, or a new one, below zero."""
        for number, (ref, _) in self.arrays.items():
            if ref() is array:
                self.cross(array, number)
                return number
        self.next_array -= 1
        self.cross(array, self.next_array)
        return self.next_array

    def cross(self, array: np.ndarray, number: int) -> None:
        """Remember what this array holds as it crosses."""
        self.arrays[number] = (weakref.ref(array), array.tobytes())

    def forget(self, arrays: list[int], objects: list[int]) -> None:
        """The parent has these arrays no more, and wants these objects no more."""
        for number in arrays:
            self.arrays.pop(number, None)
        for number in objects:
            self.kept.pop(number, None)

    def changed(self) -> list[np.ndarray]:
        """The arrays that were written into since they crossed; those that are gone are forgotten."""
        written: list[np.ndarray] = []
        for number, (ref, before) in list(self.arrays.items()):
            array = ref()
            if array is None:
                del self.arrays[number]
            elif array.tobytes() != before:
                written.append(array)
        return written


class Out(Writer):
    """Values of this worker, on their way out: what cannot cross stays, and its handle goes."""

    def __init__(self, objects: Objects):
        super().__init__()
        self.objects = objects

    def stranger(self, value: Any) -> Any:
        return self.objects.keep(value)

    def number(self, array: np.ndarray) -> int:
        return self.objects.number(array)


class In(Reader):
    """Values of the parent, on their way in."""

    def __init__(self, body: bytes, objects: Objects):
        super().__init__(body)
        self.objects = objects

    def handle(self, number: int, kind: str) -> Any:
        if number not in self.objects.kept:
            raise Malformed("an object that was dropped")
        return self.objects.kept[number]

    def known(self, array: np.ndarray, number: int, strides: Any) -> np.ndarray:
        """The array that already has this number here, if it is still the same kind; else a new one, laid out alike."""
        here = self.objects.arrays.get(number, (lambda: None, b""))[0]()
        alike = here is not None and (here.dtype, here.shape) == (array.dtype, array.shape) and layout(here) == strides
        if here is None or not alike:
            here = laid_out(array, strides)
        elif here.tobytes() != array.tobytes():
            if not here.flags.writeable:
                here = laid_out(array, strides)
            else:
                here[...] = array
        self.objects.cross(here, number)
        return here


def laid_out(array: np.ndarray, strides: Any) -> np.ndarray:
    """The same numbers with these strides in memory (Fortran order, every other entry, backwards, one for all)."""
    if strides is None:
        return array
    steps, writeable = strides
    reach = [(n - 1) * s for n, s in zip(array.shape, steps, strict=True)] if array.size else []
    start = -sum(r for r in reach if r < 0)
    span = start + sum(r for r in reach if r > 0) + array.itemsize
    view = np.ndarray(array.shape, array.dtype, bytearray(span), start, steps if array.size else None)
    view[...] = array
    view.flags.writeable = writeable
    return view
