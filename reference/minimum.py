"""Minimum, batched: y = min(a, b) entry by entry, the examples' shapes broadcast against one another.

∂J/∂a = Σ g where a < b, tie · g where a = b        over the entries of y that read the entry of a   (1)
∂J/∂b = Σ g where a > b, (1 − tie) · g where a = b  likewise                   (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(a: Array, b: Array, tie: float = 0.5) -> tuple[Array, Any]:
    wide_a, wide_b = aligned(a, b), aligned(b, a)
    return np.minimum(wide_a, wide_b), (a.shape, b.shape, wide_a < wide_b, wide_a == wide_b, tie)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    a_shape, b_shape, first, same, tie = saved
    to_a = np.where(same, tie * g, g * first)
    to_b = np.where(same, (1 - tie) * g, g * ~first)
    return {"a": summed_to(a_shape, to_a), "b": summed_to(b_shape, to_b)}  # (1) (2)


def aligned(a: Array, b: Array) -> Array:
    """a with axes of one after the batch axis, so that an example has at least as many axes as one of b."""
    return a.reshape(len(a), *(1,) * (b.ndim - a.ndim), *a.shape[1:])


def summed_to(shape: tuple[int, ...], g: Array) -> Array:
    """g summed over the axes along which an argument of this shape was repeated."""
    full = (shape[0], *(1,) * (g.ndim - len(shape)), *shape[1:])
    repeated = tuple(k for k in range(1, g.ndim) if full[k] == 1 != g.shape[k])
    return g.sum(axis=repeated).reshape(shape)
