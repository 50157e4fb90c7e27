"""SELU, batched: y = λ x where x > 0, λ α · (exp(x) − 1) elsewhere.

∂J/∂x = λ g where x > 0, λ α exp(x) g where x < 0                               (1)
∂J/∂x = (at_zero + (1 − at_zero) α) · λ g where x = 0                           (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray

SCALE = 1.0507009873554804934193349852946  # λ
ALPHA = 1.6732632423543772848170429916717  # α


def forward(x: Array, at_zero: float = 0.0) -> tuple[Array, Any]:
    below = np.minimum(x, 0)  # exp of nothing positive: no overflow
    return SCALE * np.maximum(x, 0) + (SCALE * ALPHA) * np.expm1(below), (x, at_zero)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, at_zero = saved
    above = (x > 0).astype(g.dtype)
    dx = np.exp(np.minimum(x, 0))
    dx -= above
    dx *= SCALE * ALPHA
    above *= SCALE
    dx += above  # (1)
    if at_zero:
        dx[x == 0] = SCALE * (at_zero + (1 - at_zero) * ALPHA)  # (2)
    dx *= g
    return {"x": dx}
