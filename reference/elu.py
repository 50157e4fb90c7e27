"""ELU, batched: y = x where x > 0, alpha · (exp(x) − 1) elsewhere; backward is a gate that bends.

∂J/∂x = g where x > 0, alpha exp(x) g where x < 0                               (1)
∂J/∂x = (at_zero + (1 − at_zero) alpha) · g where x = 0                         (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, alpha: float = 1.0, at_zero: float = 0.0) -> tuple[Array, Any]:
    below = np.minimum(x, 0)  # exp of nothing positive: no overflow
    return np.maximum(x, 0) + alpha * np.expm1(below), (x, alpha, at_zero)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, alpha, at_zero = saved
    dx = np.exp(np.minimum(x, 0))
    if alpha != 1:
        above = (x > 0).astype(g.dtype)
        dx -= above
        dx *= alpha
        dx += above  # (1)
        if at_zero:
            dx[x == 0] = at_zero + (1 - at_zero) * alpha  # (2)
    dx *= g
    return {"x": dx}
