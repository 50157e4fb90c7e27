"""Power, batched: y = x^exponent.

∂J/∂x = exponent · g x^(exponent − 1)        0 for an exponent of 0             (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, exponent: float = 3.0) -> tuple[Array, Any]:
    return x**exponent, (x, exponent)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, exponent = saved
    if exponent == 0:  # x^−1 would be infinite at 0
        return {"x": np.zeros_like(g)}
    return {"x": g * (exponent * x ** (exponent - 1))}  # (1)
