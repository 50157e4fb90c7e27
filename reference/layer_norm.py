"""LayerNorm, batched: y = gamma x̂ + beta, x̂ = (x − μ) rstd, over the last axes, those that gamma has.

With d = g gamma, the gradient at x̂, and means over one row:

    ∂J/∂x     = rstd (d − mean d − x̂ mean(d x̂))     x also moves μ and σ           (1)
    ∂J/∂gamma = Σ g x̂                               over all rows                  (2)
    ∂J/∂beta  = Σ g                                 likewise                       (3)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> tuple[Array, Any]:
    axes = tuple(range(x.ndim - gamma.ndim, x.ndim))
    centred = x - x.mean(axis=axes, keepdims=True)
    rstd = 1 / np.sqrt(np.square(centred).mean(axis=axes, keepdims=True) + eps)
    xhat = centred * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma, axes)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    xhat, rstd, gamma, axes = saved
    d = g * gamma
    d_mean, d_along = d.mean(axis=axes, keepdims=True), (d * xhat).mean(axis=axes, keepdims=True)
    rows = tuple(range(axes[0]))
    return {
        "x": rstd * (d - d_mean - xhat * d_along),  # (1)
        "gamma": (g * xhat).sum(axis=rows),  # (2)
        "beta": g.sum(axis=rows),  # (3)
    }
