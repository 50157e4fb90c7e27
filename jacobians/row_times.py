"""A row times a sparse matrix, at the speed of the loop that it is.

`g @ L` of scipy.sparse makes the transpose of L first, as an object: 15 µs of Python, beside a loop that takes 100 µs
for 100,000 entries. The loop has no public name; it is called here, and nowhere else, as SciPy's own `@` calls it.
Where SciPy has moved it, and for numbers other than float64 and float32, `g @ L` stands.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

try:
    from scipy.sparse._sparsetools import csc_matvec  # pyright: ignore[reportMissingImports, reportAttributeAccessIssue]
except ImportError:
    csc_matvec: Any = None

_TYPES = (np.dtype(np.float64), np.dtype(np.float32))


def row_times(g: np.ndarray, L: Any, added_to: np.ndarray | None = None) -> np.ndarray:
    """g · L, |columns of L| numbers.

    Args:
        g: as many numbers as L has rows, along one axis.
        L: sparse, in any format.
        added_to: an array of |columns of L| numbers that they are added to, and that is returned.

    Raises:
        ValueError: another number of them.
    """
    out = np.zeros(L.shape[1], np.result_type(g, L.dtype)) if added_to is None else added_to
    if L.format == "csr" and g.shape == L.shape[:1] and out.shape == L.shape[1:]:
        add_row_times(g, L.data, L.indices, L.indptr, out)
    else:
        out += g @ L
    return out


def add_row_times(g: np.ndarray, data: np.ndarray, indices: np.ndarray, indptr: np.ndarray, out: np.ndarray) -> None:
    """Add g · L to `out`, L being the csr_array of these arrays; no matrix is made where SciPy lets."""
    shape = (len(indptr) - 1, len(out))
    one_type = g.dtype == data.dtype == out.dtype and data.dtype in _TYPES
    if csc_matvec is None or not one_type or not out.flags.c_contiguous:
        out += g @ sparse.csr_array((data, indices, indptr), shape=shape)
    else:
        csc_matvec(shape[1], shape[0], indptr, indices, data, g, out)  # Lᵀ by columns is L by rows
