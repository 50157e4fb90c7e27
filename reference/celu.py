"""CELU, batched: y = x where x > 0, alpha · (exp(x/alpha) − 1) elsewhere.

∂J/∂x = g exp(min(x, 0)/alpha)        which is g where x > 0                    (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, alpha: float = 1.0) -> tuple[Array, Any]:
    below = np.minimum(x, 0) / alpha
    return np.maximum(x, 0) + alpha * np.expm1(below), below


def backward(g: Array, saved: Any) -> dict[str, Array]:
    below = saved
    return {"x": g * np.exp(below)}  # (1)
