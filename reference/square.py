"""Square, batched: y = x².

∂J/∂x = 2 g x                                                                   (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array) -> tuple[Array, Any]:
    return np.square(x), x


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x = saved
    return {"x": 2 * g * x}  # (1)
