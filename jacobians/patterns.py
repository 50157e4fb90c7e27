"""Pattern: where the entries of a sparse matrix stand, made once and filled with values as often as wanted.

Where the entries of L stand mostly follows from shapes and settings alone. A function that makes such a Pattern and is
marked `@kept` (keeping.py) makes it once for each shape; filling it then costs little more than writing its arrays,
and least where the values come in the order in which they are stored.

    order      the entries row by row and by columns within a row; None: they came so                  (1)
    firsts     where in that order each place begins, entries at one place being summed; None: one each (2)
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from .elements import Elements
from .keeping import kept
from .memory import require
from .triplets import Triplets

Shape = tuple[int, int]


def index_type(*sizes: int) -> type[np.signedinteger[Any]]:
    """The type of a sparse matrix's indices, as scipy.sparse chooses it."""
    return np.int32 if max(sizes, default=0) < 2**31 else np.int64


def room_for(nnz: int, shape: Shape) -> None:
    """Refuse a sparse matrix of so many entries that does not fit in memory."""
    size = nnz * (8 + np.dtype(index_type(nnz, *shape)).itemsize)
    require(shape, size, "sparse", "take a smaller point, or fewer examples at a time")


def csr(data: Any, indices: np.ndarray, indptr: np.ndarray, shape: Shape) -> sparse.csr_array:
    """The matrix of these arrays, known to be in canonical form: sorted, one entry at a place."""
    made = sparse.csr_array((data, indices, indptr), shape=shape)
    made.has_canonical_format = True
    return made


class Pattern:
    """Places of a matrix of this shape; a place may come more than once.

    Args:
        rows, cols: the places, of any shape, in the order in which values will come.
    """

    def __init__(self, rows: Any, cols: Any, shape: Shape):
        rows, cols = np.broadcast_arrays(rows, cols)
        self.form, self.shape = rows.shape, (int(shape[0]), int(shape[1]))
        self.rows, self.cols = rows.ravel(), cols.ravel()

    @property
    def nbytes(self) -> int:
        """About what it takes: rows, columns, and what they are sorted to."""
        return 40 * self.rows.size + 4 * self.shape[0]

    @cached_property
    def _sorted(self) -> tuple[np.ndarray | None, np.ndarray | None, np.ndarray, np.ndarray]:
        """(order, firsts, indices, indptr)."""
        rows, cols, (height, width) = self.rows, self.cols, self.shape
        places = rows.astype(np.int64) * width + cols
        order = None if (places[1:] >= places[:-1]).all() else np.argsort(places, kind="stable")  # (1)
        places = places if order is None else places[order]
        new = np.ones(places.size, bool)
        new[1:] = places[1:] != places[:-1]
        firsts = None if new.all() else np.flatnonzero(new)  # (2)
        places = places if firsts is None else places[firsts]
        index = index_type(places.size, height, width)
        starts = np.searchsorted(places, np.arange(height + 1, dtype=np.int64) * width)
        return order, firsts, (places % max(width, 1)).astype(index), starts.astype(index)

    @property
    def nnz(self) -> int:
        """How many places there are."""
        return self._sorted[2].size

    def fill(self, values: Any) -> Any:
        """The matrix with these values: one for each place, in the order of `rows`, or what broadcasts to their shape.

        Raises:
            ValueError: so many values do not belong to these places.
        """
        if np.size(values) != self.rows.size:
            values = np.broadcast_to(values, self.form)
        if isinstance(values, Elements):
            return Triplets(self.rows, self.cols, values.ravel(), self.shape, self)
        _, _, indices, indptr = self._sorted
        room_for(indices.size, self.shape)
        return csr(self.in_order(np.reshape(values, -1)), indices.copy(), indptr.copy(), self.shape)

    def in_order(self, values: np.ndarray) -> np.ndarray:
        """The data array of the matrix, |last axis| numbers; other axes are other matrices of this pattern."""
        order, firsts, _, _ = self._sorted
        if order is not None:
            values = np.take(values, order, axis=-1)
        if firsts is not None and values.shape[-1]:
            values = np.add.reduceat(values, firsts, axis=-1)
        return values if values.flags.c_contiguous and values.flags.writeable else values.copy()

    def combined(self, values: Elements) -> Elements:
        """The same for numbers of another arithmetic: row by row, one for each place."""
        order, firsts, _, _ = self._sorted
        if firsts is None:
            return values if order is None else values[order]
        place = np.zeros(self.rows.size, np.intp)
        place[firsts[1:]] = 1
        place = np.cumsum(place)
        return (values if order is None else values[order]).sum_groups(place, firsts.size)

    @property
    def unique(self) -> Pattern:
        """The same places, each once, row by row."""
        order, firsts, indices, indptr = self._sorted
        if order is None and firsts is None:
            return self
        return Pattern(np.repeat(np.arange(self.shape[0]), np.diff(indptr)), indices, self.shape)

    def repeated(self, n: int, stacked: bool) -> Pattern:
        """n such matrices, one above the other or along the diagonal; its places each once, row by row."""
        return _repeated(self, n, stacked)

    def repeat(self, n: int, stacked: bool) -> Pattern:
        """What `repeated` keeps."""
        _, _, indices, indptr = self._sorted
        (height, width), nnz = self.shape, indices.size
        shape = (n * height, width if stacked else n * width)
        room_for(n * nnz, shape)
        index, each = index_type(n * nnz, *shape), np.arange(n)[:, None]
        at = (indices.astype(index) + (0 if stacked else each.astype(index) * index(width))) + np.zeros((n, 1), index)
        starts = np.append((indptr[:-1].astype(index) + each.astype(index) * index(nnz)).ravel(), index(n * nnz))
        rows = np.repeat(np.arange(n * height, dtype=index), np.diff(starts))
        made = Pattern(rows, at.ravel(), shape)
        made.__dict__["_sorted"] = (None, None, at.ravel(), starts)
        return made


@kept
def _repeated(pattern: Pattern, n: int, stacked: bool) -> Pattern:
    return pattern.repeat(n, stacked)


@kept
def every_place(height: int, width: int) -> Pattern:
    """The pattern of a matrix without zeros."""
    return Pattern(np.arange(height)[:, None], np.arange(width), (height, width))
