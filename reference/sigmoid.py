"""Sigmoid, batched: y = 1/(1 + exp(−x)); backward needs the output alone.

∂J/∂x = g y (1 − y)                                                             (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array) -> tuple[Array, Any]:
    e = np.exp(-np.abs(x))  # at most 1: no overflow on either side
    y = np.where(x < 0, e, 1) / (1 + e)
    return y, y


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y = saved
    return {"x": g * (y * (1 - y))}  # (1)
