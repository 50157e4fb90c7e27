"""Clamp, batched: y = min(max(x, lo), hi); backward is a gate.

∂J/∂x = g where lo < x < hi, 0 outside                                          (1)
∂J/∂x = at_lo · g where x = lo, at_hi · g where x = hi                          (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, lo: float = -1.0, hi: float = 2.0, at_lo: float = 1.0, at_hi: float = 1.0) -> tuple[Array, Any]:
    return np.clip(x, lo, hi), (x, lo, hi, at_lo, at_hi)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, lo, hi, at_lo, at_hi = saved
    dx = ((x > lo) & (x < hi)).astype(g.dtype)  # (1)
    if at_lo or at_hi:
        dx[x == lo] = at_lo
        dx[x == hi] = at_hi  # (2)
    dx *= g
    return {"x": dx}
