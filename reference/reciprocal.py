"""Reciprocal, batched: y = 1/x; backward needs the output alone.

∂J/∂x = −g y²                                                                   (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array) -> tuple[Array, Any]:
    y = 1 / x
    return y, y


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y = saved
    return {"x": -g * y * y}  # (1)
