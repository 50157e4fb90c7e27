"""ReLU6, batched: y = min(max(x, 0), 6); backward is a gate.

∂J/∂x = g where 0 < x < 6, 0 outside                                            (1)
∂J/∂x = at_zero · g where x = 0, at_six · g where x = 6                         (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, at_zero: float = 0.0, at_six: float = 0.0) -> tuple[Array, Any]:
    return np.clip(x, 0, 6), (x, at_zero, at_six)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, at_zero, at_six = saved
    dx = ((x > 0) & (x < 6)).astype(g.dtype)  # (1)
    if at_zero or at_six:
        dx[x == 0] = at_zero
        dx[x == 6] = at_six  # (2)
    dx *= g
    return {"x": dx}
