"""Add, batched: y = a + b, the examples' shapes broadcast against one another.

∂J/∂a = Σ g          over the entries of y that read the entry of a             (1)
∂J/∂b = Σ g          likewise                                                   (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(a: Array, b: Array) -> tuple[Array, Any]:
    return aligned(a, b) + aligned(b, a), (a.shape, b.shape)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    a_shape, b_shape = saved
    return {"a": summed_to(a_shape, g), "b": summed_to(b_shape, g)}  # (1) (2)


def aligned(a: Array, b: Array) -> Array:
    """a with axes of one after the batch axis, so that an example has at least as many axes as one of b."""
    return a.reshape(len(a), *(1,) * (b.ndim - a.ndim), *a.shape[1:])


def summed_to(shape: tuple[int, ...], g: Array) -> Array:
    """g summed over the axes along which an argument of this shape was repeated."""
    full = (shape[0], *(1,) * (g.ndim - len(shape)), *shape[1:])
    repeated = tuple(k for k in range(1, g.ndim) if full[k] == 1 != g.shape[k])
    return (g.sum(axis=repeated) if repeated else g.copy()).reshape(shape)
