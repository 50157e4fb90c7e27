"""Log, batched: y = log(x).

∂J/∂x = g/x                                                                     (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array) -> tuple[Array, Any]:
    return np.log(x), x


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x = saved
    return {"x": g / x}  # (1)
