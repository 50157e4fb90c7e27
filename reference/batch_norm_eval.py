"""BatchNormEval, batched: y = gamma (x − mean) rstd + beta, an affine map of each entry of a channel.

With s = gamma rstd and sums over batch and space:

    ∂J/∂x     = s g                                                                 (1)
    ∂J/∂gamma = rstd Σ g (x − mean)                                                 (2)
    ∂J/∂beta  = Σ g                                                                 (3)
    ∂J/∂mean  = −s Σ g                mean shifts x the other way                   (4)
    ∂J/∂var   = −½ s rstd² Σ g (x − mean)                                           (5)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, gamma: Array, beta: Array, mean: Array, var: Array, eps: float = 1e-5) -> tuple[Array, Any]:
    channel = (-1, *(1,) * (x.ndim - 2))
    rstd = 1 / np.sqrt(var + eps)
    centred = x - mean.reshape(channel)
    y = (gamma * rstd).reshape(channel) * centred + beta.reshape(channel)
    return y, (centred, rstd, gamma)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    centred, rstd, gamma = saved
    summed = (0, *range(2, g.ndim))
    along, total, scale = (g * centred).sum(axis=summed), g.sum(axis=summed), gamma * rstd
    return {
        "x": g * scale.reshape(-1, *(1,) * (g.ndim - 2)),  # (1)
        "gamma": rstd * along,  # (2)
        "beta": total,  # (3)
        "mean": -scale * total,  # (4)
        "var": scale * (rstd * rstd) * along * -0.5,  # (5)
    }
