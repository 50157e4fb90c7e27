"""Take, batched: y = x[index] of each example.

∂J/∂x = each entry of g, added where it was taken from; 0 where nothing was     (1)
"""

import math
from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, index: Any = 0) -> tuple[Array, Any]:
    flat = x.reshape(len(x), math.prod(x.shape[1:]))
    taken = np.arange(flat.shape[1]).reshape(x.shape[1:])[index]  # which entry of an example each entry of y is
    return np.take(flat, taken, axis=1), (x.shape, taken)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, taken = saved
    dx = np.zeros((shape[0], int(np.prod(shape[1:]))), g.dtype)
    places: Any = (slice(None), taken)
    np.add.at(dx, places, g)  # (1)
    return {"x": dx.reshape(shape)}
