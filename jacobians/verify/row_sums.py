"""One g against a sparse L: what a verdict's sums are made of, block of rows by block of rows, each within the cache.

    want  = g · L
    size  = |g| · |L|
    terms = how many terms want has: rows whose g and entry of L are not 0

|L| and the places of L's entries are never there as matrices: written and read again, they would take longer than
all the sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..row_times import add_row_times, row_times

_BLOCK = 1 << 15  # entries; with what is made of them, what a core's own cache holds
_ONES = np.ones(_BLOCK)


def row_sums(g: np.ndarray, L: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(want, size, terms), |columns of L| numbers each.

    Args:
        g: as many numbers as L has rows, along one axis.
        L: a csr_array.
    """
    want = row_times(g, L)
    size, terms = np.zeros(L.shape[1]), np.zeros(L.shape[1])
    magnitude, asked = np.abs(g), (g != 0).astype(np.float64)
    for rows, entries in row_blocks(L):
        data, indices = np.abs(L.data[entries]), L.indices[entries]
        starts = L.indptr[rows.start : rows.stop + 1] - L.indptr[rows.start]
        add_row_times(magnitude[rows], data, indices, starts, size)
        found = _ONES[: data.size] if data.size <= _BLOCK and data.all() else (data != 0).astype(np.float64)
        add_row_times(asked[rows], found, indices, starts, terms)
    return want, size, terms


def row_blocks(L: Any) -> Iterator[tuple[slice, slice]]:
    """Runs of rows of a csr_array, and their entries: about _BLOCK of them, or those of a single row."""
    indptr: np.ndarray = L.indptr
    last = len(indptr) - 1
    ends: list[int] = (np.searchsorted(indptr, np.arange(_BLOCK, int(indptr[-1]), _BLOCK), "right") - 1).tolist()
    start = 0
    for end in (*dict.fromkeys(ends), last):
        if end > start:
            yield slice(start, end), slice(int(indptr[start]), int(indptr[end]))
            start = end
