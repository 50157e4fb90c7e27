"""L2Normalize, batched: y = x / max(‖x‖, eps), along one axis of each example.

    ∂J/∂x = (g − s y Σ g y) / max(‖x‖, eps)        the sum along the axis           (1)

with s = 1 where ‖x‖ > eps, at_eps where they are equal, and 0 below.
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int = -1, eps: float = 1e-12, at_eps: float = 1.0) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    norm = np.sqrt(np.square(x).sum(axis=axis, keepdims=True))
    n = np.maximum(norm, eps)
    y = x / n
    gate = (norm > eps).astype(x.dtype)
    gate[norm == eps] = at_eps
    return y, (y, n, gate, axis)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y, n, gate, axis = saved
    return {"x": (g - gate * y * (g * y).sum(axis=axis, keepdims=True)) / n}  # (1)
