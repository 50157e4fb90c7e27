"""L1Loss, of a whole batch: J = Σ |ŷ − t|/K over all K entries; "sum" and "none" leave out 1/K, and Σ.

∂J/∂ŷ = g sign(ŷ − t)/K, with at_zero for sign(0)                               (1)
∂J/∂t = −∂J/∂ŷ                                                                  (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(yhat: Array, target: Array, reduction: str = "mean", at_zero: float = 0.0) -> tuple[Array, Any]:
    difference = yhat - target
    J = np.abs(difference)
    if reduction != "none":
        J = J.mean() if reduction == "mean" else J.sum()
    return J, (difference, yhat.size if reduction == "mean" else 1, at_zero)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    difference, K, at_zero = saved
    sign = np.sign(difference)
    sign[difference == 0] = at_zero
    dyhat = g / K * sign  # (1)
    return {"yhat": dyhat, "target": -dyhat}  # (2)
