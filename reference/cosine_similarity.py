"""CosineSimilarity, batched: y = Σ â b̂ along one axis of each example, â = a / max(‖a‖, eps).

∂J/∂a = g (b̂ − s y â) / max(‖a‖, eps)          s = 1 where ‖a‖ ≥ eps, else 0    (1)
∂J/∂b = g (â − s y b̂) / max(‖b‖, eps)          likewise for b                   (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(a: Array, b: Array, axis: int = -1, eps: float = 1e-8) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    u, *own = unit(a, axis, eps)
    v, *other = unit(b, axis, eps)
    y = (u * v).sum(axis=axis)
    return y, (u, own, v, other, np.expand_dims(y, axis), axis)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    u, (n_a, free_a), v, (n_b, free_b), y, axis = saved
    g = np.expand_dims(g, axis)
    return {"a": g * (v - free_a * y * u) / n_a, "b": g * (u - free_b * y * v) / n_b}  # (1) (2)


def unit(a: Array, axis: int, eps: float) -> tuple[Array, Array, Array]:
    """a by its norm, that norm, and where it is no constant."""
    norm = np.sqrt(np.square(a).sum(axis=axis, keepdims=True))
    n = np.maximum(norm, eps)
    return a / n, n, norm >= eps
