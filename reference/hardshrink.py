"""Hardshrink, batched: y = x where |x| > λ, 0 elsewhere.

y     = x · [|x| > λ]                                                          (1)
∂J/∂x = g where |x| > λ, at_jump · g where |x| = λ, 0 between                  (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, lambd: float = 0.5, at_jump: float = 0.0) -> tuple[Array, Any]:
    return x * (np.abs(x) > lambd), (x, lambd, at_jump)  # (1)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, lambd, at_jump = saved
    size = np.abs(x)
    dx = (size > lambd).astype(g.dtype)
    if at_jump:
        dx[size == lambd] = at_jump
    dx *= g  # (2)
    return {"x": dx}
