"""Split, batched: y = [vec part 0, vec part 1, …], the parts of each example cut along one axis.

∂J/∂x = the parts of g, joined along the axis                                   (1)
"""

import math
from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, at: tuple[int, ...] = (2,), axis: int = 0) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    parts = np.split(x, at, axis)
    flat = [part.reshape(len(x), math.prod(part.shape[1:])) for part in parts]
    return np.concatenate(flat, axis=1), ([part.shape for part in parts], axis)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shapes, axis = saved
    ends = np.cumsum([int(np.prod(shape[1:])) for shape in shapes])
    pieces = np.split(g, ends[:-1], axis=1)
    return {"x": np.concatenate([p.reshape(s) for p, s in zip(pieces, shapes, strict=True)], axis)}  # (1)
