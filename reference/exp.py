"""Exp, batched: y = exp(x); backward needs the output alone.

∂J/∂x = g y                                                                     (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array) -> tuple[Array, Any]:
    y = np.exp(x)
    return y, y


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y = saved
    return {"x": g * y}  # (1)
