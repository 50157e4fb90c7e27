"""Hardtanh, batched: y = min(max(x, min), max); backward is a gate.

∂J/∂x = g where min < x < max, 0 outside                                        (1)
∂J/∂x = at_min · g where x = min, at_max · g where x = max                      (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(
    x: Array, min: float = -1.0, max: float = 1.0, at_min: float = 0.0, at_max: float = 0.0
) -> tuple[Array, Any]:
    return np.clip(x, min, max), (x, min, max, at_min, at_max)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, min, max, at_min, at_max = saved
    dx = ((x > min) & (x < max)).astype(g.dtype)  # (1)
    if at_min or at_max:
        dx[x == min] = at_min
        dx[x == max] = at_max  # (2)
    dx *= g
    return {"x": dx}
