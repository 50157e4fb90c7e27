"""InstanceNorm, batched: y = gamma x̂ + beta, x̂ = (x − μ) rstd, over the space of one channel of one example.

With means and sums over space, and gamma the same throughout them:

    ∂J/∂x     = gamma rstd (g − mean g − x̂ mean(g x̂))                              (1)
    ∂J/∂gamma = Σ g x̂                 over batch and space                          (2)
    ∂J/∂beta  = Σ g                   likewise                                      (3)
"""

import math
from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> tuple[Array, Any]:
    rows = x.reshape(*x.shape[:2], math.prod(x.shape[2:]))  # [batch × channels × space]
    centred = rows - rows.mean(axis=2, keepdims=True)
    rstd = 1 / np.sqrt(np.square(centred).mean(axis=2, keepdims=True) + eps)
    xhat = centred * rstd
    y = gamma[:, None] * xhat + beta[:, None]
    return y.reshape(x.shape), (xhat, gamma[:, None] * rstd)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    xhat, scale = saved
    rows = g.reshape(xhat.shape)
    total, along = rows.sum(axis=2, keepdims=True), (rows * xhat).sum(axis=2, keepdims=True)
    n = rows.shape[2]
    dx = xhat * (along / n)
    dx += total / n
    np.subtract(rows, dx, out=dx)
    dx *= scale
    return {
        "x": dx.reshape(g.shape),  # (1)
        "gamma": along.sum(axis=(0, 2)),  # (2)
        "beta": total.sum(axis=(0, 2)),  # (3)
    }
