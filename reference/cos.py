"""Cos, batched: y = cos(x).

∂J/∂x = −g sin(x)                                                               (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array) -> tuple[Array, Any]:
    return np.cos(x), x


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x = saved
    return {"x": -g * np.sin(x)}  # (1)
