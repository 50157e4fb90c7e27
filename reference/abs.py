"""Abs, batched: y = |x|; backward gives g the sign of x.

∂J/∂x = g where x > 0, −g where x < 0, at_zero · g where x = 0                  (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, at_zero: float = 0.0) -> tuple[Array, Any]:
    return np.abs(x), (x, at_zero)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, at_zero = saved
    dx = np.sign(x)
    if at_zero:
        dx[x == 0] = at_zero
    dx *= g  # (1)
    return {"x": dx}
