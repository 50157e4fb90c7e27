"""Dense, batched: y = x Wᵀ + b over the last axis of x, all axes before it alike.

∂J/∂x = g W                                                                     (1)
∂J/∂W = gᵀ x            over all rows, of all examples                          (2)
∂J/∂b = Σ g             likewise                                                (3)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, W: Array, b: Array) -> tuple[Array, Any]:
    return x @ W.T + b, (x, W)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, W = saved
    rows = g.reshape(-1, g.shape[-1])
    return {"x": g @ W, "W": rows.T @ x.reshape(-1, x.shape[-1]), "b": rows.sum(axis=0)}  # (1) (2) (3)
