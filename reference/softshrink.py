"""Softshrink, batched: y = x − λ above λ, x + λ below −λ, 0 between.

y     = x − clip(x, −λ, λ)                                                     (1)
∂J/∂x = g where |x| > λ, at_kink · g where |x| = λ, 0 between                  (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, lambd: float = 0.5, at_kink: float = 0.0) -> tuple[Array, Any]:
    return x - np.clip(x, -lambd, lambd), (x, lambd, at_kink)  # (1)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, lambd, at_kink = saved
    size = np.abs(x)
    dx = (size > lambd).astype(g.dtype)
    if at_kink:
        dx[size == lambd] = at_kink
    dx *= g  # (2)
    return {"x": dx}
