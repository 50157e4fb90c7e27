"""Hardswish, batched: y = x · clip(x + 3, 0, 6)/6.

∂J/∂x = g (2x + 3)/6 where −3 < x < 3, 0 below, g above                         (1)
∂J/∂x = −at_low/2 · g where x = −3, (1 + at_high/2) · g where x = 3             (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, at_low: float = 0.0, at_high: float = 0.0) -> tuple[Array, Any]:
    return x * (np.clip(x + 3, 0, 6) / 6), (x, at_low, at_high)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, at_low, at_high = saved
    dx = np.clip(x, -3, 3)
    dx *= 2
    dx += 3
    dx /= 6
    dx *= np.abs(x) < 3
    dx += x >= 3  # (1)
    if at_low or at_high:
        dx[x == -3] = -at_low / 2
        dx[x == 3] = 1 + at_high / 2  # (2)
    dx *= g
    return {"x": dx}
