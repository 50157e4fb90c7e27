"""Huber, of a whole batch: J = Σ h(ŷ − t)/K over all K entries; "sum" and "none" leave out 1/K, and Σ.

h(d) is ½ d² where |d| ≤ delta, delta (|d| − ½ delta) beyond.

    ∂J/∂ŷ = g clip(ŷ − t, ±delta)/K                                                 (1)
    ∂J/∂t = −∂J/∂ŷ                                                                  (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(yhat: Array, target: Array, reduction: str = "mean", delta: float = 1.0) -> tuple[Array, Any]:
    difference = yhat - target
    size = np.abs(difference)
    J = np.where(size <= delta, 0.5 * np.square(size), delta * (size - 0.5 * delta))
    if reduction != "none":
        J = J.mean() if reduction == "mean" else J.sum()
    return J, (difference, yhat.size if reduction == "mean" else 1, delta)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    difference, K, delta = saved
    dyhat = g / K * np.clip(difference, -delta, delta)  # (1)
    return {"yhat": dyhat, "target": -dyhat}  # (2)
