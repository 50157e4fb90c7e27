"""Linear, batched: y = x Wᵀ + b, one example a row.

∂J/∂x = g W             each row of g goes back through the weights            (1)
∂J/∂W = gᵀ x            the outer products of all examples, summed             (2)
∂J/∂b = Σ g             over the batch                                         (3)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, W: Array, b: Array) -> tuple[Array, Any]:
    return x @ W.T + b, (x, W)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, W = saved
    return {"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}  # (1) (2) (3)
