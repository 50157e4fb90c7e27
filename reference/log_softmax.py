"""LogSoftmax, batched: y = x/τ − log Σ exp(x/τ) along one axis of each example; backward needs the output alone.

∂J/∂x = (g − exp(y) Σ g)/τ       the sum along the axis                         (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int = -1, temperature: float = 1.0) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    z = (x - x.max(axis=axis, keepdims=True)) / temperature
    y = z - np.log(np.exp(z).sum(axis=axis, keepdims=True))
    return y, (y, axis, temperature)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y, axis, temperature = saved
    dx = np.exp(y)
    dx *= g.sum(axis=axis, keepdims=True)
    np.subtract(g, dx, out=dx)
    if temperature != 1:
        dx /= temperature
    return {"x": dx}  # (1)
