"""Softmax, batched: y = exp(x/τ) / Σ exp(x/τ) along one axis of each example; backward needs the output alone.

∂J/∂x = y (g − Σ g y)/τ      the sum along the axis                             (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int = -1, temperature: float = 1.0) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    e = np.exp((x - x.max(axis=axis, keepdims=True)) / temperature)
    y = e / e.sum(axis=axis, keepdims=True)
    return y, (y, axis, temperature)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y, axis, temperature = saved
    dx = g * y
    total = dx.sum(axis=axis, keepdims=True)
    np.subtract(g, total, out=dx)
    dx *= y
    if temperature != 1:
        dx /= temperature
    return {"x": dx}  # (1)
