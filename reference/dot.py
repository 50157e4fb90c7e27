"""Dot, batched: y = Σ u v, one number an example.

∂J/∂u = g v              g one number an example                                (1)
∂J/∂v = g u                                                                     (2)
"""

import math
from typing import Any

import numpy as np

Array = np.ndarray


def forward(u: Array, v: Array) -> tuple[Array, Any]:
    size = math.prod(u.shape[1:])
    left, right = u.reshape(len(u), 1, size), v.reshape(len(v), size, 1)
    return (left @ right)[:, 0, 0], (u, v)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    u, v = saved
    each = g.reshape(-1, *(1,) * (u.ndim - 1))
    return {"u": each * v, "v": each * u}  # (1) (2)
