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
    sign = np.sign(x)
    sign[x == 0] = at_zero
    return {"x": g * sign}  # (1)
