"""Concatenate, batched: y = [x0, x1, …] along one axis of each example.

∂J/∂xk = g where xk went                                                        (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(axis: int = 0, n: int = 2, **x: Array) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    parts = [x[f"x{k}"] for k in range(n)]
    return np.concatenate(parts, axis=axis), ([part.shape[axis] for part in parts], axis)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    lengths, axis = saved
    pieces = np.split(g, np.cumsum(lengths)[:-1], axis=axis)
    return {f"x{k}": piece.copy() for k, piece in enumerate(pieces)}  # (1)
