"""SiLU, batched: y = x s with s = 1/(1 + exp(−beta x)).

∂J/∂x = g s (1 + beta x (1 − s))                                                (1)
"""

from typing import Any

import numpy as np

from reference._sigmoid import sigmoid

Array = np.ndarray


def forward(x: Array, beta: float = 1.0) -> tuple[Array, Any]:
    s, rest = sigmoid(beta * x)
    return x * s, (x, s, rest, beta)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, s, rest, beta = saved
    dx = beta * x
    dx *= rest
    dx += 1
    dx *= s
    dx *= g  # (1)
    return {"x": dx}
