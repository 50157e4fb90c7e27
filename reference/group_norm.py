"""GroupNorm, batched: y = gamma x̂ + beta, x̂ = (x − μ) rstd, over the channels and space of one group.

With d = g gamma, the gradient at x̂, and means over one group of one example:

    ∂J/∂x     = rstd (d − mean d − x̂ mean(d x̂))                                    (1)
    ∂J/∂gamma = Σ g x̂                 over batch and space                          (2)
    ∂J/∂beta  = Σ g                   likewise                                      (3)
"""

import math
from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, gamma: Array, beta: Array, groups: int = 32, eps: float = 1e-5) -> tuple[Array, Any]:
    rows = x.reshape(len(x), groups, math.prod(x.shape[1:]) // groups)
    centred = rows - rows.mean(axis=2, keepdims=True)
    rstd = 1 / np.sqrt(np.square(centred).mean(axis=2, keepdims=True) + eps)
    xhat = (centred * rstd).reshape(*x.shape[:2], math.prod(x.shape[2:]))  # [batch × channels × space]
    y = gamma[:, None] * xhat + beta[:, None]
    return y.reshape(x.shape), (xhat, rstd, gamma)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    xhat, rstd, gamma = saved
    shape, g = g.shape, g.reshape(xhat.shape)
    total, along = g.sum(axis=2), (g * xhat).sum(axis=2)  # [batch × channels]
    groups = (len(g), rstd.shape[1], gamma.size // rstd.shape[1])
    n = math.prod(xhat.shape[1:]) // rstd.shape[1]

    def mean(sums: Array) -> Array:
        """rstd times the mean over each group, laid out for its channels."""
        means = rstd * (sums * gamma).reshape(groups).sum(axis=2, keepdims=True) / n
        return np.broadcast_to(means, groups).reshape(*sums.shape, 1)

    dx = xhat * -mean(along)
    dx -= mean(total)
    dx += g * (rstd * gamma.reshape(groups[1:])).reshape(*total.shape, 1)  # (1)
    return {"x": dx.reshape(shape), "gamma": along.sum(axis=0), "beta": total.sum(axis=0)}  # (2) (3)
