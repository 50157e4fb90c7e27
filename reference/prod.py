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
    return factors.prod(axis=-1), (x.shape, factors, axis)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, factors, axis = saved
    before, after = np.ones_like(factors), np.ones_like(factors)
    np.cumprod(factors[..., :-1], axis=-1, out=before[..., 1:])
    np.cumprod(factors[..., :0:-1], axis=-1, out=after[..., -2::-1])
    dx = g[..., None] * (before * after)  # (1)
    return {"x": dx.reshape(shape) if axis is None else np.moveaxis(dx, -1, axis + 1 if axis >= 0 else axis).copy()}
