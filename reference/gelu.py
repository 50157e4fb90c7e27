"""GELU, batched: y = x Φ(x), Φ exactly or by the formula with tanh.

"none"    ∂J/∂x = g (Φ(x) + x φ(x))                                             (1)
"tanh"    ∂J/∂x = g (s + x s (1 − s) v')     Φ ≈ s = 1/(1 + exp(−v))            (2)
"""

from typing import Any

import numpy as np
import scipy.special as special

Array = np.ndarray

ROOT_HALF = 0.5**0.5
ROOT_8_OVER_PI = (8 / np.pi) ** 0.5  # v = √(8/π) (x + 0.044715 x³)


def forward(x: Array, approximate: str = "none") -> tuple[Array, Any]:
    phi = normal(x, approximate)
    return x * phi, (x, phi, approximate)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, phi, approximate = saved
    return {"x": g * slope(x, phi, approximate)}


def normal(x: Array, approximate: str) -> Array:
    """Φ(x), with all its digits also where it is small."""
    if approximate == "none":
        return special.erfc(x * -ROOT_HALF) / 2
    e = np.exp(-np.abs(inner(x)))
    return np.where(x < 0, e, 1) / (1 + e)


def slope(x: Array, phi: Array, approximate: str) -> Array:
    """The derivative of x Φ(x)."""
    square = x * x
    if approximate == "none":
        return phi + x * np.exp(square / -2) * (2 * np.pi) ** -0.5  # (1)
    e = np.exp(-np.abs(inner(x)))
    by_inner = phi * np.where(x < 0, 1, e) / (1 + e)  # s (1 − s), no digits lost
    return phi + x * by_inner * (ROOT_8_OVER_PI * (1 + 3 * 0.044715 * square))  # (2)


def inner(x: Array) -> Array:
    """v of (2)."""
    return ROOT_8_OVER_PI * (x + 0.044715 * x * x * x)
