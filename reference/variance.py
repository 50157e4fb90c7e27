"""Variance, batched: y = Σ (x − m)² / (n − correction) along one axis.

∂y/∂x = Σ_k 2 d_k (δ − 1/n) / (n − correction),  d = x − m                     (1)
      = 2 d / (n − correction), for the d sum to 0                             (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int = -1, correction: int = 1) -> tuple[Array, Any]:
    axis = axis + 1 if axis >= 0 else axis  # the batch axis is first
    d = x - x.mean(axis=axis, keepdims=True)
    y = np.square(d).sum(axis=axis) / (x.shape[axis] - correction)
    return y, (d, axis, correction)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    d, axis, correction = saved
    scale = 2 / (d.shape[axis] - correction)
    return {"x": np.expand_dims(scale * g, axis) * d}  # (2)
