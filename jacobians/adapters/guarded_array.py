"""An array to be written by a function that cannot be trusted: between walls, filled with a NaN known by its bits."""

from __future__ import annotations

import numpy as np

from ..verify.door import Broken

WALL = 64  # entries on either side
# a signalling NaN of each size: any arithmetic with it makes it quiet, which sets another bit. As an integer it is one
# that no index or count is, but of 1 byte every number may be meant: there only the walls are looked at
_SIGNAL = {1: 0xA5, 2: 0x7D2B, 4: 0x7FA5_1CE5, 8: 0x7FF4_5EED_0DDB_A115}
_QUIET = {2: 0x0200, 4: 0x0040_0000, 8: 0x0008_0000_0000_0000}


class Guarded:
    """`array`, of this shape and type, to be written."""

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype, there: float | None = None):
        """`there`: what it arrives filled with, to be added to; None: the NaN, to be overwritten."""
        size = int(np.prod(shape))
        self.kind = np.dtype(f"u{dtype.itemsize}")
        whole = dtype.kind in "biu"
        self.signal = _SIGNAL[dtype.itemsize] if dtype.name != "bfloat16" else 0x7FA5
        quiet = _QUIET.get(dtype.itemsize, 0) if dtype.name != "bfloat16" else 0x0040
        self.quiet = None if whole else self.signal | quiet
        self.bits = np.full(size + 2 * WALL, self.signal, self.kind)
        self.inner = self.bits[WALL : WALL + size]
        self.array = self.inner.view(dtype).reshape(shape)
        if there is not None:
            self.array[...] = there

    def examine(self, function: str, name: str) -> None:
        """Say what is wrong with what was written.

        Raises:
            Broken: see the module native.py.
        """
        outside = np.concatenate([np.arange(-WALL, 0), len(self.inner) + np.arange(WALL)])
        touched = outside[np.r_[self.bits[:WALL], self.bits[-WALL:]] != self.signal]
        if touched.size:
            where = (
                f"entry {touched[0]}, where the last is {len(self.inner) - 1}"
                if touched[0] >= 0
                else f"{-touched[0]} before the first entry"
            )
            raise Broken("bounds", f"{function} wrote outside of {name}: at {where}", _of(name))
        left = np.flatnonzero((self.inner == self.signal) & (self.kind.itemsize > 1))
        if left.size:
            text = (
                f"{function} never wrote {left.size} of the {len(self.inner)} entries of {name}, the first at "
                f"{_at(left[0], self.array)}: it arrives uninitialised, write every entry"
            )
            raise Broken("unwritten", text, _of(name))
        if self.quiet is None:
            return
        unsigned = self.kind.type((1 << (8 * self.kind.itemsize - 1)) - 1)  # arithmetic may set the sign
        added = np.flatnonzero((self.inner & unsigned) == self.quiet)
        if added.size:
            text = (
                f"{function} adds to what is in {name} when it arrives, at entry {_at(added[0], self.array)}: write = "
                f"for +=, set it to 0 first, or say accumulates=({name!r},)"
            )
            raise Broken("adds", text, _of(name))


def _at(flat: int, array: np.ndarray) -> list[int]:
    return [int(k) for k in np.unravel_index(int(flat), array.shape)]


def _of(name: str) -> str:
    return "y" if name == "y" else name.removeprefix("grad_").removeprefix("d")
