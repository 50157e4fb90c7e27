"""A row times a sparse matrix, at the speed of the loop that it is.

`g @ L` of scipy.sparse makes the transpose of L first, as an object: 15 µs of Python, beside a loop that takes 100 µs
for 100,000 entries. The loop has no public name; it is called here, and nowhere else, as SciPy's own `@` calls it.
Where SciPy has moved it, and for numbers other than float64 and float32, `g @ L` stands.
"""

from __future__ import annotations

from typing import Any

import numpy as np

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
    rows, columns = L.shape
    out = np.zeros(columns, np.result_type(g, L.dtype)) if added_to is None else added_to
    one_type = g.dtype == L.dtype == out.dtype and L.dtype in _TYPES
    fits = g.shape == (rows,) and out.shape == (columns,) and out.flags.c_contiguous
    if csc_matvec is None or L.format != "csr" or not one_type or not fits:
        out += g @ L
    else:
        csc_matvec(columns, rows, L.indptr, L.indices, L.data, g, out)  # Lᵀ by columns is L by rows
    return out
