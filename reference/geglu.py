"""GeGLU, batched: y = gelu(a) · b, gelu(a) = a Φ(a) exactly or by the formula with tanh.

"none"    gelu'(a) = Φ(a) + a φ(a)                                              (1)
"tanh"    gelu'(a) = s + a s (1 − s) v'      Φ ≈ s = 1/(1 + exp(−v))            (2)
∂J/∂a = g b gelu'(a)                                                            (3)
∂J/∂b = g gelu(a)                                                               (4)
"""

from typing import Any

import numpy as np
import scipy.special as special

Array = np.ndarray

ROOT_HALF = 0.5**0.5
ROOT_8_OVER_PI = (8 / np.pi) ** 0.5  # v = √(8/π) (a + 0.044715 a³)


def forward(a: Array, b: Array, approximate: str = "none") -> tuple[Array, Any]:
    phi, slope = (exact if approximate == "none" else by_tanh)(a)
    gelu = a * phi
    return gelu * b, (b, gelu, slope)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    b, gelu, slope = saved
    return {"a": g * b * slope, "b": g * gelu}  # (3) (4)


def exact(a: Array) -> tuple[Array, Array]:
    """Φ(a), and the derivative of a Φ(a)."""
    phi = special.erfc(a * -ROOT_HALF) / 2
    return phi, phi + a * np.exp(a * a / -2) * (2 * np.pi) ** -0.5  # (1)


def by_tanh(a: Array) -> tuple[Array, Array]:
    """s, and the derivative of a s."""
    v = ROOT_8_OVER_PI * (a + 0.044715 * a * a * a)
    e = np.exp(-np.abs(v))
    s, one_minus_s = np.where(a < 0, e, 1) / (1 + e), np.where(a < 0, 1, e) / (1 + e)
    return s, s + a * s * one_minus_s * (ROOT_8_OVER_PI * (1 + 3 * 0.044715 * a * a))  # (2)
