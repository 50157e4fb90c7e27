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
    groups = (len(g), rstd.shape[1], math.prod(xhat.shape[1:]) // rstd.shape[1])
    d, h = (g * gamma[:, None]).reshape(groups), xhat.reshape(groups)
    dx = rstd * (d - d.mean(axis=2, keepdims=True) - h * (d * h).mean(axis=2, keepdims=True))  # (1)
    return {"x": dx.reshape(shape), "gamma": (g * xhat).sum(axis=(0, 2)), "beta": g.sum(axis=(0, 2))}  # (2) (3)
