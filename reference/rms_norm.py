"""RMSNorm, batched: y = gamma x̂, x̂ = x rstd, over the last axes, those that gamma has.

With d = g gamma, the gradient at x̂, and the mean over one row:

    ∂J/∂x     = rstd (d − x̂ mean(d x̂))              x also moves its root mean square   (1)
    ∂J/∂gamma = Σ g x̂                               over all rows                  (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, gamma: Array, eps: float = 1e-6) -> tuple[Array, Any]:
    axes = tuple(range(x.ndim - gamma.ndim, x.ndim))
    rstd = 1 / np.sqrt(np.square(x).mean(axis=axes, keepdims=True) + eps)
    xhat = x * rstd
    return gamma * xhat, (xhat, rstd, gamma, axes)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    xhat, rstd, gamma, axes = saved
    d = g * gamma
    dx = rstd * (d - xhat * (d * xhat).mean(axis=axes, keepdims=True))  # (1)
    return {"x": dx, "gamma": (g * xhat).sum(axis=tuple(range(axes[0])))}  # (2)
