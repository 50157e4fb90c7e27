"""PReLU, batched: y = x where x > 0, slope · x elsewhere; one slope for each channel (axis 1), or one for all.

∂J/∂x     = g where x > 0, slope · g where x < 0                                (1)
∂J/∂x     = (at_zero + (1 − at_zero) slope) · g where x = 0                     (2)
∂J/∂slope = Σ g min(x, 0)        over all that have that slope                  (3)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, slope: Array, at_zero: float = 1.0) -> tuple[Array, Any]:
    wide = slope.reshape(-1, *(1,) * (x.ndim - 2))
    return np.maximum(x, 0) + wide * np.minimum(x, 0), (x, slope, at_zero)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, slope, at_zero = saved
    wide = slope.reshape(-1, *(1,) * (x.ndim - 2))
    above = (x > 0).astype(g.dtype)
    if at_zero:
        above[x == 0] = at_zero  # (2)
    dx = 1 - above
    dx *= wide
    dx += above  # (1)
    dx *= g
    terms = g * np.minimum(x, 0)
    summed = tuple(k for k in range(x.ndim) if k != 1 or slope.size == 1)
    return {"x": dx, "slope": terms.sum(axis=summed).reshape(slope.shape)}  # (3)
