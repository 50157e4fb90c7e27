"""Transpose, batched: y = x with the axes of each example in another order.

∂J/∂x = g with its axes put back                                                (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axes: tuple[int, ...] | None = None) -> tuple[Array, Any]:
    own = range(x.ndim - 1)
    order = [0, *(own[k] + 1 for k in (reversed(own) if axes is None else axes))]
    return x.transpose(order).copy(), order


def backward(g: Array, saved: Any) -> dict[str, Array]:
    order = saved
    return {"x": g.transpose(np.argsort(order)).copy()}  # (1)
