"""Softsign, batched: y = x/(1 + |x|).

∂J/∂x = g/(1 + |x|)²                                                            (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array) -> tuple[Array, Any]:
    d = 1 + np.abs(x)
    return x / d, d


def backward(g: Array, saved: Any) -> dict[str, Array]:
    d = saved
    return {"x": g / (d * d)}  # (1)
