"""ScatterAdd, batched: y = base, with each src[i] added at index[i] along one axis of each example.

∂J/∂base = g                                                                    (1)
∂J/∂src  = g, read where each entry was added                                   (2)
"""

from typing import Any

import numpy as np

from reference._scatter import along

Array = np.ndarray


def forward(base: Array, index: Array, src: Array, axis: int = 0) -> tuple[Array, Any]:
    if axis >= 0:
        axis = axis + 1  # past the batch axis
    places = along(axis, index, base.shape)
    y = base.copy()
    np.add.at(y.reshape(-1), places, src)
    return y, places


def backward(g: Array, saved: Any) -> dict[str, Array]:
    places = saved
    return {"base": g.copy(), "src": np.take(g, places)}  # (1) (2)
