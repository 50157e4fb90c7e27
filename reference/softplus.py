"""Softplus, batched: y = log(1 + exp(x)); backward needs the output alone.

∂J/∂x = g (1 − exp(−y))                                                         (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array) -> tuple[Array, Any]:
    y = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    return y, y


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y = saved
    dx = np.expm1(-y)
    np.negative(dx, out=dx)
    dx *= g  # (1)
    return {"x": dx}
