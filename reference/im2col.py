"""Im2Col, batched: all windows of the padded input as columns, a copy of a strided view.

∂J/∂x = Σ g          each column added to where it was read, tap by tap (col2im)   (1)
"""

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Array = np.ndarray


def forward(x: Array, kernel: Any = 2, stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> tuple[Array, Any]:
    kernel, stride, padding, dilation = (pair(s) for s in (kernel, stride, padding, dilation))
    padded = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    span = tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True))
    windows = sliding_window_view(padded, span, axis=(2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
    columns = windows.transpose(0, 1, 4, 5, 2, 3)  # batch, channel, tap, place
    y = columns.reshape(len(x), x.shape[1] * kernel[0] * kernel[1], math.prod(windows.shape[2:4]))
    y = y.copy() if np.shares_memory(y, x) else y
    return y, (x.shape, padded.shape, columns.shape, stride, padding, dilation)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    (*_, height, width), padded_shape, shape, stride, (top, left), dilation = saved
    columns, dx = g.reshape(shape), np.zeros(padded_shape, g.dtype)
    for i in range(shape[2]):
        for j in range(shape[3]):
            down, right = (
                slice(t * dilation[a], t * dilation[a] + (shape[4 + a] - 1) * stride[a] + 1, stride[a])
                for a, t in enumerate((i, j))
            )
            dx[:, :, down, right] += columns[:, :, i, j]  # (1)
    return {"x": dx[:, :, top : top + height, left : left + width].copy()}


def pair(setting: Any) -> tuple[int, int]:
    """One number for both axes, or one for each."""
    return (setting, setting) if np.ndim(setting) == 0 else tuple(setting)
