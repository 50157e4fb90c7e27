"""AdaptiveAvgPool2d, batched: two matrices of weights, A for the rows and B for the columns, a window a row.

A window of n places has the weight 1/n in each. Along both axes:

    y      = A x Bᵀ                                                                 (1)
    ∂J/∂x  = Aᵀ g B                                                                 (2)
"""

from typing import Any

import numpy as np

from reference._separable import along_both

Array = np.ndarray


def forward(x: Array, size: Any = 2) -> tuple[Array, Any]:
    size = (size, size) if np.ndim(size) == 0 else tuple(size)
    A, B = (weights(n, m, x.dtype) for n, m in zip(x.shape[-2:], size, strict=True))
    return along_both(A, x, B), (A, B)  # (1)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    A, B = saved
    return {"x": along_both(A.T, g, B.T)}  # (2)


def weights(n: int, m: int, dtype: Any) -> Array:
    """What each of m windows, the p-th from ⌊p n/m⌋ to ⌈(p + 1) n/m⌉, takes of n places."""
    result = np.zeros((m, n), dtype)
    for p in range(m):
        start, end = p * n // m, -(-(p + 1) * n // m)
        result[p, start:end] = 1 / (end - start)
    return result
