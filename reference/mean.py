"""Mean, batched: y = Σ x / n over one axis of each example, or over all of it.

∂J/∂x = g / n        repeated for each of the n terms                           (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int | None = None) -> tuple[Array, Any]:
    axes = tuple(range(1, x.ndim))  # all but the batch axis
    if axis is not None:
        axes = (axes[axis],)
    return x.mean(axis=axes), (x.shape, axes)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, axes = saved
    n = int(np.prod([shape[k] for k in axes]))
    return {"x": np.broadcast_to(np.expand_dims(g / n, axes), shape).copy()}  # (1)
