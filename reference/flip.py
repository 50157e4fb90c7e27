"""Flip, batched: y = x in reversed order along one axis, or every axis, of each example.

∂J/∂x = g reversed along the same axis                                          (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int | None = None) -> tuple[Array, Any]:
    axes = tuple(range(1, x.ndim))  # all but the batch axis
    if axis is not None:
        axes = (axes[axis],)
    return np.flip(x, axes).copy(), axes


def backward(g: Array, saved: Any) -> dict[str, Array]:
    axes = saved
    return {"x": np.flip(g, axes).copy()}  # (1)
