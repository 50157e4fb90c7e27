"""SquaredError, batched: J = ‖ŷ − y‖², one number an example.

∂J/∂ŷ = 2 g (ŷ − y)      g one number an example                                (1)
∂J/∂y = −∂J/∂ŷ                                                                  (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(yhat: Array, y: Array) -> tuple[Array, Any]:
    difference = yhat - y
    return np.square(difference).sum(axis=tuple(range(1, yhat.ndim))), difference


def backward(g: Array, saved: Any) -> dict[str, Array]:
    difference = saved
    dyhat = 2 * g.reshape(-1, *(1,) * (difference.ndim - 1)) * difference  # (1)
    return {"yhat": dyhat, "y": -dyhat}  # (2)
