"""MeanSquaredError, of a whole batch: J = Σ (ŷ − t)²/K over all K entries; "sum" and "none" leave out 1/K, and Σ.

∂J/∂ŷ = 2 g (ŷ − t)/K                                                           (1)
∂J/∂t = −∂J/∂ŷ                                                                  (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(yhat: Array, target: Array, reduction: str = "mean") -> tuple[Array, Any]:
    difference = yhat - target
    J = np.square(difference)
    if reduction != "none":
        J = J.mean() if reduction == "mean" else J.sum()
    return J, (difference, yhat.size if reduction == "mean" else 1)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    difference, K = saved
    dyhat = 2 * g / K * difference  # (1)
    return {"yhat": dyhat, "target": -dyhat}  # (2)
