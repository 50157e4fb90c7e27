"""Slice, batched: y = x[start:stop:step] along each axis of each example.

∂J/∂x = g where it was read, 0 elsewhere                                        (1)
"""

from itertools import zip_longest
from typing import Any

import numpy as np

Array = np.ndarray


Bounds = tuple[int | None, ...]


def forward(x: Array, start: Bounds = (1,), stop: Bounds = (), step: Bounds = ()) -> tuple[Array, Any]:
    index = (slice(None), *(slice(*each) for each in zip_longest(start, stop, step)))
    return x[index].copy(), (x.shape, index)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, index = saved
    dx = np.zeros(shape, g.dtype)
    dx[index] = g  # (1)
    return {"x": dx}
