"""Sum, batched: y = Σ x over one axis of each example, or over all of it.

∂J/∂x = g            repeated for every term of the sum                         (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int | None = None) -> tuple[Array, Any]:
    axes = tuple(range(1, x.ndim))  # all but the batch axis
    if axis is not None:
        axes = (axes[axis],)
    return x.sum(axis=axes), (x.shape, axes)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, axes = saved
    return {"x": np.broadcast_to(np.expand_dims(g, axes), shape).copy()}  # (1)
