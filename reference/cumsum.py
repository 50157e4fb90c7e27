"""Cumsum, batched: y[i] = x[0] + … + x[i] along one axis of each example.

∂J/∂x[j] = g[j] + … + g[n − 1]        a cumulative sum from the end             (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int = -1) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    return np.cumsum(x, axis=axis), axis


def backward(g: Array, saved: Any) -> dict[str, Array]:
    axis = saved
    dx = np.empty(g.shape, g.dtype)
    np.cumsum(np.flip(g, axis), axis=axis, out=np.flip(dx, axis))  # (1)
    return {"x": dx}
