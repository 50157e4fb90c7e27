"""Roll, batched: y = each example moved on along one axis, or as one row, round the end.

∂J/∂x = g moved back by as much                                                 (1)
"""

import math
from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, shift: int = 1, axis: int | None = None) -> tuple[Array, Any]:
    return rolled(x, shift, axis), (shift, axis)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shift, axis = saved
    return {"x": rolled(g, -shift, axis)}  # (1)


def rolled(a: Array, shift: int, axis: int | None) -> Array:
    if axis is None:
        return np.roll(a.reshape(len(a), math.prod(a.shape[1:])), shift, 1).reshape(a.shape)
    return np.roll(a, shift, axis + 1 if axis >= 0 else axis)
