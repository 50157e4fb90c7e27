"""Norm, batched: y = (Σ |x|^p)^(1/p) over one axis of each example, or over all of it.

∂J/∂x = g x/y                              p = 2                                (1)
∂J/∂x = g sign(x) (|x|/y)^(p − 1)          in general                           (2)
∂J/∂x = 0 where y = 0                                                           (3)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int | None = None, p: float = 2.0) -> tuple[Array, Any]:
    axes = tuple(range(1, x.ndim))  # all but the batch axis
    if axis is not None:
        axes = (axes[axis],)
    if p == 2:
        y = np.sqrt(np.square(x).sum(axis=axes))
    elif p == 1:
        y = np.abs(x).sum(axis=axes)
    else:
        y = (np.abs(x) ** p).sum(axis=axes) ** (1 / p)
    return y, (x, y, axes, p)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, y, axes, p = saved
    g, y = np.expand_dims(g, axes), np.expand_dims(y, axes)
    safe = np.where(y == 0, 1, y)  # then x = 0, and the quotient is 0 (3)
    if p == 2:
        return {"x": g * (x / safe)}  # (1)
    if p == 1:
        return {"x": g * np.sign(x)}
    return {"x": g * (np.sign(x) * (np.abs(x) / safe) ** (p - 1))}  # (2)
