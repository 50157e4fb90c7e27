"""Bilinear, batched: y = xᵀ W z + b, one example a row of x, z and y.

∂J/∂x = g (W z)         W z is one matrix [K × I] an example                    (1)
∂J/∂z = g (xᵀ W)        xᵀ W is one matrix [K × J] an example                   (2)
∂J/∂W = gᵀ (x zᵀ)       the outer products of all examples, weighted by g       (3)
∂J/∂b = Σ g             over the batch                                          (4)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, z: Array, W: Array, b: Array) -> tuple[Array, Any]:
    pairs = (x[:, :, None] * z[:, None, :]).reshape(len(x), x.shape[1] * z.shape[1])
    return pairs @ W.reshape(len(W), -1).T + b, (x, z, W, pairs)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, z, W, pairs = saved
    Wz, xW = np.tensordot(z, W, (1, 2)), np.tensordot(x, W, (1, 1))
    return {
        "x": (g[:, None, :] @ Wz)[:, 0, :],  # (1)
        "z": (g[:, None, :] @ xW)[:, 0, :],  # (2)
        "W": (g.T @ pairs).reshape(W.shape),  # (3)
        "b": g.sum(axis=0),  # (4)
    }
