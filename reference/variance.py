"""Variance, batched: y = Σ (x − m)² / (n − correction) along one axis.

∂y/∂x = Σ_k 2 d_k (δ − 1/n) / (n − correction),  d = x − m                     (1)
      = 2 d / (n − correction), for the d sum to 0                             (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int = -1, correction: int = 1) -> tuple[Array, Any]:
    axis = axis + 1 if axis >= 0 else axis  # the batch axis is first
    y = x.var(axis=axis, ddof=correction)
    return y, (x, axis, correction)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, axis, correction = saved
    scale = 2 / (x.shape[axis] - correction)
    return {"x": scale * np.expand_dims(g, axis) * (x - x.mean(axis=axis, keepdims=True))}  # (2)
