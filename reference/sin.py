"""Sin, batched: y = sin(x).

∂J/∂x = g cos(x)                                                                (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array) -> tuple[Array, Any]:
    return np.sin(x), x


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x = saved
    return {"x": g * np.cos(x)}  # (1)
