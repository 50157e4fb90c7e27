"""LeakyReLU, batched: y = x where x > 0, slope · x elsewhere; backward is a gate that leaks.

∂J/∂x = g where x > 0, slope · g where x < 0                                    (1)
∂J/∂x = (at_zero + (1 − at_zero) slope) · g where x = 0                         (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, slope: float = 0.01, at_zero: float = 1.0) -> tuple[Array, Any]:
    return np.maximum(x, 0) + slope * np.minimum(x, 0), (x, slope, at_zero)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, slope, at_zero = saved
    above = (x > 0).astype(g.dtype)
    dx = 1 - above
    dx *= slope
    dx += above  # (1)
    if at_zero:
        dx[x == 0] = at_zero + (1 - at_zero) * slope  # (2)
    dx *= g
    return {"x": dx}
