"""ReLU, batched: y = max(x, 0); backward is a gate.

∂J/∂x = g where x > 0, at_zero · g where x = 0, 0 elsewhere                     (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, at_zero: float = 1.0) -> tuple[Array, Any]:
    return np.maximum(x, 0), (x, at_zero)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, at_zero = saved
    dx = (x > 0).astype(g.dtype)
    if at_zero:
        dx[x == 0] = at_zero
    dx *= g  # (1)
    return {"x": dx}
