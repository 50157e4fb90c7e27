"""SmoothL1, of a whole batch: J = Σ h(ŷ − t)/K over all K entries; "sum" and "none" leave out 1/K, and Σ.

h(d) is ½ d²/beta where |d| < beta, |d| − ½ beta beyond.

    ∂J/∂ŷ = g clip((ŷ − t)/beta, ±1)/K                                              (1)
    ∂J/∂t = −∂J/∂ŷ                                                                  (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(yhat: Array, target: Array, reduction: str = "mean", beta: float = 1.0) -> tuple[Array, Any]:
    difference = yhat - target
    size = np.abs(difference)
    J = np.where(size < beta, 0.5 * np.square(size) / beta, size - 0.5 * beta)
    if reduction != "none":
        J = J.mean() if reduction == "mean" else J.sum()
    return J, (difference, yhat.size if reduction == "mean" else 1, beta)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    difference, K, beta = saved
    dyhat = g / K * np.clip(difference / beta, -1, 1)  # (1)
    return {"yhat": dyhat, "target": -dyhat}  # (2)
