"""SwiGLU, batched: y = silu(a) · b, with s = 1/(1 + exp(−a)), silu(a) = a s.

∂J/∂a = g b (s + a s (1 − s))                                                   (1)
∂J/∂b = g a s                                                                   (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(a: Array, b: Array) -> tuple[Array, Any]:
    return a * sigmoid(a) * b, (a, b)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    a, b = saved
    s = sigmoid(a)  # computed again: cheaper than to keep it
    silu = a * s
    return {"a": g * b * (s + silu * sigmoid(-a)), "b": g * silu}  # (1) (2)


def sigmoid(v: Array) -> Array:
    """1/(1 + exp(−v)), without overflow on either side; 1 − sigmoid(v) is sigmoid(−v), all its digits kept."""
    e = np.exp(-np.abs(v))
    return np.where(v < 0, e, 1) / (1 + e)
