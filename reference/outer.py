"""Outer, batched: y = u vᵀ, one matrix an example.

∂J/∂u = g v                                                                     (1)
∂J/∂v = gᵀ u                                                                    (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(u: Array, v: Array) -> tuple[Array, Any]:
    return u[:, :, None] * v[:, None, :], (u, v)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    u, v = saved
    return {"u": (g @ v[:, :, None])[:, :, 0], "v": (u[:, None, :] @ g)[:, 0, :]}  # (1) (2)
