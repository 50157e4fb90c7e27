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
    N, scale = gamma.size, gamma.ravel()
    rows, along = g.reshape(-1, N), (g * xhat).reshape(-1, N)
    one = np.ones(len(rows), g.dtype)
    dgamma, dbeta = one @ along, one @ rows  # (2) (3)
    mean, mean_along = (rows @ scale)[:, None] / N, (along @ scale)[:, None] / N
    dx = rows * scale
    dx -= mean
    dx -= np.multiply(xhat.reshape(-1, N), mean_along, out=along)
    dx *= rstd.reshape(-1, 1)  # (1)
    return {"x": dx.reshape(g.shape), "gamma": dgamma.reshape(gamma.shape), "beta": dbeta.reshape(gamma.shape)}
