"""GLU, batched: y = a σ(b), a and b the halves of x along one axis of each example.

∂J/∂a = g σ(b)                                                                  (1)
∂J/∂b = g y σ(−b)              σ' = σ(b) σ(−b)                                  (2)
"""

from typing import Any

import numpy as np

from reference._sigmoid import sigmoid

Array = np.ndarray


def forward(x: Array, axis: int = -1) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    a, b = np.split(x, 2, axis=axis)
    s, rest = sigmoid(b)
    y = a * s
    return y, (y, s, rest, axis)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y, s, rest, axis = saved
    return {"x": np.concatenate([g * s, g * (y * rest)], axis=axis)}  # (1) (2)
