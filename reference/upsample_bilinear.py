"""UpsampleBilinear, batched: two matrices of weights, A for the rows and B for the columns, two entries a row.

    y     = A x Bᵀ                                                                  (1)
    ∂J/∂x = Aᵀ g B                                                                  (2)

A position is a fraction of whole numbers, and the weights are its remainder: no digits are lost however large x is.
"""

from typing import Any

import numpy as np

from reference._separable import along_both

Array = np.ndarray


def forward(x: Array, size: Any = None, scale: Any = 2, align_corners: bool = False) -> tuple[Array, Any]:
    given = scale if size is None else size
    given = (given, given) if np.ndim(given) == 0 else given
    A, B = (weights(n, f, size is None, align_corners, x.dtype) for n, f in zip(x.shape[-2:], given, strict=True))
    return along_both(A, x, B), (A, B)  # (1)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    A, B = saved
    return {"x": along_both(A.T, g, B.T)}  # (2)


def weights(n: int, given: Any, is_scale: bool, align_corners: bool, dtype: Any) -> Array:
    """What each of m places reads of n: `given` is m, or m/n."""
    m = int(n * given) if is_scale else given
    up, down = float(given).as_integer_ratio() if is_scale else (m, n)  # places of y for one of x: up/down
    o = np.arange(m).astype(object)  # Python's whole numbers: as_integer_ratio may give large ones
    if align_corners:
        position, unit = o * (n - 1), max(m - 1, 1)
    else:
        position, unit = (2 * o + 1) * down - up, 2 * up
    position = np.clip(position, 0, (n - 1) * unit)
    before, rest = (position // unit).astype(int), position % unit
    result = np.zeros((m, n), dtype)
    result[np.arange(m), before] = (unit - rest) / unit
    inner = np.flatnonzero(rest)
    result[inner, before[inner] + 1] = (rest / unit)[inner]
    return result
