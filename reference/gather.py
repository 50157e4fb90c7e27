"""Gather, batched: y[i] = x[index[i]] along one axis of each example.

∂J/∂x = each entry of g, added where it was read; 0 where nothing was           (1)
"""

from typing import Any

import numpy as np

from reference._scatter import add_up, along

Array = np.ndarray


def forward(x: Array, index: Array, axis: int = 0) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    places = along(axis, index, x.shape)
    return np.take(x, places), (x.shape, places)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, places = saved
    return {"x": add_up(places, g, shape)}  # (1)
