"""Gather, batched: y[i] = x[index[i]] along one axis of each example.

∂J/∂x = each entry of g, added where it was read; 0 where nothing was           (1)
"""

import math
from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, index: Array, axis: int = 0) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    return np.take_along_axis(x, index, axis), (x.shape, index, axis)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, index, axis = saved
    at: list[Any] = list(np.indices(g.shape, sparse=True))
    at[axis] = index
    places = np.ravel_multi_index(tuple(np.broadcast_arrays(*at)), shape)
    dx = np.bincount(places.ravel(), g.ravel(), math.prod(shape))  # (1), summed in float64
    return {"x": dx.reshape(shape).astype(g.dtype, copy=False)}
