"""Branch, batched: y = [x, x, …], n copies of each example.

∂J/∂x = Σ g              over the copies                                        (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, n: int = 2) -> tuple[Array, Any]:
    return np.stack([x] * n, axis=1), None


def backward(g: Array, saved: Any) -> dict[str, Array]:
    return {"x": g.sum(axis=1)}  # (1)
