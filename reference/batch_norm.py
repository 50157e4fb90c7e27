"""BatchNorm in training: y = gamma x̂ + beta, x̂ = (x − μ) rstd, each channel over batch and space together.

With N entries a channel and sums over them:

    ∂J/∂beta  = Σ g                                                                 (1)
    ∂J/∂gamma = Σ g x̂                                                               (2)
    ∂J/∂x     = gamma rstd (g − ∂J/∂beta / N − x̂ ∂J/∂gamma / N)                     (3)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> tuple[Array, Any]:
    axes = (0, *range(2, x.ndim))
    channel = (1, -1, *(1,) * (x.ndim - 2))
    centred = x - x.mean(axis=axes, keepdims=True)
    rstd = 1 / np.sqrt(np.square(centred).mean(axis=axes, keepdims=True) + eps)
    xhat = centred * rstd
    scale = gamma.reshape(channel)
    return scale * xhat + beta.reshape(channel), (xhat, scale * rstd, axes)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    xhat, scale, axes = saved
    dbeta, dgamma = g.sum(axis=axes, keepdims=True), (g * xhat).sum(axis=axes, keepdims=True)  # (1) (2)
    n = g.size // dbeta.size
    dx = xhat * (dgamma / n)
    dx += dbeta / n
    np.subtract(g, dx, out=dx)
    dx *= scale  # (3)
    return {"x": dx, "gamma": dgamma.ravel(), "beta": dbeta.ravel()}
