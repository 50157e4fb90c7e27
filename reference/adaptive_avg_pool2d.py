"""AdaptiveAvgPool2d, batched: window by window, since windows differ in length.

y      = Σ x / n         over the n places of the window                        (1)
∂J/∂x  = Σ g / n         over all windows that hold the place                   (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, size: Any = 2) -> tuple[Array, Any]:
    size = (size, size) if np.ndim(size) == 0 else tuple(size)
    rows, columns = (edges(n, m) for n, m in zip(x.shape[-2:], size, strict=True))
    y = np.empty((*x.shape[:-2], *size), x.dtype)
    for p, (top, bottom) in enumerate(rows):
        for q, (left, right) in enumerate(columns):
            window = x[..., top:bottom, left:right]
            y[..., p, q] = window.sum(axis=(-2, -1)) / ((bottom - top) * (right - left))  # (1)
    return y, (x.shape, rows, columns)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, rows, columns = saved
    dx = np.zeros(shape, g.dtype)
    for p, (top, bottom) in enumerate(rows):
        for q, (left, right) in enumerate(columns):
            n = (bottom - top) * (right - left)
            dx[..., top:bottom, left:right] += g[..., p, q, None, None] / n  # (2)
    return {"x": dx}


def edges(n: int, m: int) -> list[tuple[int, int]]:
    """Where each of m windows over n places begins and ends."""
    return [(p * n // m, -(-(p + 1) * n // m)) for p in range(m)]
