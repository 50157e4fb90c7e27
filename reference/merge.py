"""Merge, batched: y = [vec x0, vec x1, …], one vector an example.

∂J/∂xk = g where xk went, in the shape of xk                                    (1)
"""

import math
from typing import Any

import numpy as np

Array = np.ndarray


def forward(n: int = 2, **x: Array) -> tuple[Array, Any]:
    parts = [x[f"x{k}"] for k in range(n)]
    flat = [part.reshape(len(part), math.prod(part.shape[1:])) for part in parts]
    return np.concatenate(flat, axis=1), [part.shape for part in parts]


def backward(g: Array, saved: Any) -> dict[str, Array]:
    ends = np.cumsum([int(np.prod(shape[1:])) for shape in saved])
    pieces = [piece.copy() for piece in np.split(g, ends[:-1], axis=1)]
    return {f"x{k}": pieces[k].reshape(shape) for k, shape in enumerate(saved)}  # (1)
