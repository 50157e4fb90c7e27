"""LogSumExp, batched: y = log Σ exp(x) over one axis of each example, or over all of it.

∂J/∂x = g exp(x − m) / Σ exp(x − m)       m the largest term                    (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int | None = None) -> tuple[Array, Any]:
    axes = tuple(range(1, x.ndim))  # all but the batch axis
    if axis is not None:
        axes = (axes[axis],)
    m = x.max(axis=axes, keepdims=True)
    e = np.exp(x - m)
    total = e.sum(axis=axes, keepdims=True)
    return (m + np.log(total)).squeeze(axes), (e, total, axes)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    e, total, axes = saved
    return {"x": np.expand_dims(g, axes) * (e / total)}  # (1)
