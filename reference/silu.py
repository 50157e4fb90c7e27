"""SiLU, batched: y = x s with s = 1/(1 + exp(−beta x)).

∂J/∂x = g s (1 + beta x (1 − s))                                                (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, beta: float = 1.0) -> tuple[Array, Any]:
    s = sigmoid(beta * x)
    return x * s, (x, s, beta)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, s, beta = saved
    v = beta * x
    return {"x": g * (s * (1 + v * sigmoid(-v)))}  # (1)


def sigmoid(v: Array) -> Array:
    """1/(1 + exp(−v)), without overflow on either side; 1 − sigmoid(v) is sigmoid(−v), all its digits kept."""
    e = np.exp(-np.abs(v))
    return np.where(v < 0, e, 1) / (1 + e)
