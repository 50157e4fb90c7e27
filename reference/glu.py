"""GLU, batched: y = a σ(b), a and b the halves of x along one axis of each example.

∂J/∂a = g σ(b)                                                                  (1)
∂J/∂b = g y σ(−b)              σ' = σ(b) σ(−b)                                  (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int = -1) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    a, b = np.split(x, 2, axis=axis)
    e = np.exp(-np.abs(b))
    s = np.where(b < 0, e, 1) / (1 + e)
    y = a * s
    return y, (y, s, np.where(b < 0, 1, e) / (1 + e), axis)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y, s, one_minus_s, axis = saved
    return {"x": np.concatenate([g * s, g * (y * one_minus_s)], axis=axis)}  # (1) (2)
