"""Min, batched: y = min x over one axis of each example, or over all of it.

∂J/∂x = g at the first minimum, 0 elsewhere                     tie = "first"   (1)
∂J/∂x = g/k at each of k equal minima, 0 elsewhere              tie = "shared"  (2)
"""

import math
from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int | None = None, tie: str = "first") -> tuple[Array, Any]:
    slices = (
        x.reshape(len(x), math.prod(x.shape[1:]))
        if axis is None
        else np.moveaxis(x, axis + 1 if axis >= 0 else axis, -1)
    )
    if tie == "first":
        first = slices.argmin(axis=-1)[..., None]
        return np.take_along_axis(slices, first, -1)[..., 0], (x.shape, slices, first, axis, tie)
    y = slices.min(axis=-1)
    return y, (x.shape, slices, y[..., None], axis, tie)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, slices, found, axis, tie = saved
    dx = np.zeros(slices.shape, g.dtype)
    if tie == "first":
        np.put_along_axis(dx, found, g[..., None], -1)  # (1)
    else:
        tied = slices == found
        count = tied.sum(axis=-1).astype(g.dtype)
        dx = np.where(tied, (g / count)[..., None], dx)  # (2)
    return {"x": dx.reshape(shape) if axis is None else np.moveaxis(dx, -1, axis + 1 if axis >= 0 else axis).copy()}
