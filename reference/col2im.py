"""Col2Im, batched: columns added tap by tap to where they belong; backward reads them from there (im2col).

∂J/∂x = g            at the place each entry of the columns was added to, 0 for what the padding dropped   (1)
"""

import math
from typing import Any

import numpy as np

Array = np.ndarray


def forward(
    x: Array, size: Any = (3, 4), kernel: Any = 2, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> tuple[Array, Any]:
    size, kernel, stride, padding, dilation = (pair(s) for s in (size, kernel, stride, padding, dilation))
    out = [(size[a] + 2 * padding[a] - dilation[a] * (kernel[a] - 1) - 1) // stride[a] + 1 for a in (0, 1)]
    columns = x.reshape(len(x), x.shape[1] // math.prod(kernel), *kernel, *out)
    whole = np.zeros((*columns.shape[:2], size[0] + 2 * padding[0], size[1] + 2 * padding[1]), x.dtype)
    geometry = kernel, out, stride, dilation
    for i, j, place in places(*geometry):
        whole[place] += columns[:, :, i, j]
    (top, left), (height, width) = padding, size
    y = whole[:, :, top : top + height, left : left + width].copy()
    return y, (columns.shape, x.shape, padding, geometry)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, x_shape, padding, geometry = saved
    padded = np.pad(g, ((0, 0), (0, 0), *((p, p) for p in padding)))
    columns = np.empty(shape, g.dtype)
    for i, j, place in places(*geometry):
        columns[:, :, i, j] = padded[place]  # (1)
    return {"x": columns.reshape(x_shape)}


def pair(setting: Any) -> tuple[int, int]:
    """One number for both axes, or one for each."""
    return (setting, setting) if np.ndim(setting) == 0 else tuple(setting)


def places(kernel: Any, out: Any, stride: Any, dilation: Any) -> list[Any]:
    """For each tap, the slices of the padded image that the windows reach by it."""

    def along(a: int, t: int) -> slice:
        return slice(t * dilation[a], t * dilation[a] + (out[a] - 1) * stride[a] + 1, stride[a])

    return [(i, j, (..., along(0, i), along(1, j))) for i in range(kernel[0]) for j in range(kernel[1])]
