"""Prod, batched: y = Π x over one axis of each example, or over all of it.

∂J/∂x = g · Π of the factors before · Π of the factors after                    (1)
"""

import math
from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, axis: int | None = None) -> tuple[Array, Any]:
    factors = (
        x.reshape(len(x), math.prod(x.shape[1:]))
        if axis is None
        else np.moveaxis(x, axis + 1 if axis >= 0 else axis, -1)
    )
    y = factors.prod(axis=-1)
    return y, (x.shape, factors, y, axis)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, factors, y, axis = saved
    with np.errstate(all="ignore"):
        dx = y[..., None] / factors  # the product of the others, where no product is 0, infinite or short of digits
    size = np.abs(y)
    poor = ~((size >= np.finfo(y.dtype).tiny) & (size < np.inf))
    if poor.any():
        dx[poor] = without_each(factors[poor])
    dx *= g[..., None]  # (1)
    return {"x": dx.reshape(shape) if axis is None else np.moveaxis(dx, -1, axis + 1 if axis >= 0 else axis).copy()}


def without_each(factors: Array) -> Array:
    """For each factor, the product of those before and those after it."""
    before, after = np.ones_like(factors), np.ones_like(factors)
    np.cumprod(factors[..., :-1], axis=-1, out=before[..., 1:])
    np.cumprod(factors[..., :0:-1], axis=-1, out=after[..., -2::-1])
    return before * after
