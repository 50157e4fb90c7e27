"""GlobalAvgPool, batched: the mean of each channel of each example.

∂J/∂x = g/N          the same at all N places of a channel                      (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array) -> tuple[Array, Any]:
    return x.mean(axis=tuple(range(2, x.ndim))), x.shape


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape = saved
    share = g / int(np.prod(shape[2:]))
    return {"x": np.broadcast_to(share.reshape(*share.shape, *(1,) * (len(shape) - 2)), shape).copy()}  # (1)
