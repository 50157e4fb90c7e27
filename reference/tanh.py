"""Tanh, batched: y = tanh(x); backward needs the output alone.

∂J/∂x = g (1 − y²)                                                              (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array) -> tuple[Array, Any]:
    y = np.tanh(x)
    return y, y


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y = saved
    dx = y * y
    np.subtract(1, dx, out=dx)
    dx *= g  # (1)
    return {"x": dx}
