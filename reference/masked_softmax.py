"""MaskedSoftmax, batched: softmax over the entries that mask keeps, along one axis; backward needs the output alone.

∂J/∂x = y (g − Σ g y)        the sum along the axis; y is 0 where masked         (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, mask: Array, axis: int = -1) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    mask = mask.reshape(len(mask), *(1,) * (x.ndim - mask.ndim), *mask.shape[1:])
    score = np.where(mask, x, np.finfo(x.dtype).min)  # not −inf: a slice masked whole would be NaN
    e = np.exp(score - score.max(axis=axis, keepdims=True)) * mask
    y = e / np.maximum(e.sum(axis=axis, keepdims=True), np.finfo(x.dtype).tiny)
    return y, (y, axis)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y, axis = saved
    return {"x": y * (g - (g * y).sum(axis=axis, keepdims=True))}  # (1)
