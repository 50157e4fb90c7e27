"""Conv2d, batched: windows laid out as columns (im2col), one matrix product a group; backward adds the columns back.

With X the columns, K rows (channel, tap) and P columns (place of the output), and W one row an output channel,

    y      = W X + b                                                                (1)
    ∂J/∂W  = Σ g Xᵀ          over the batch                                         (2)
    ∂J/∂X  = Wᵀ g                                                                   (3)
    ∂J/∂x  = Σ ∂J/∂X         each column added where it was read, tap by tap        (4)
    ∂J/∂b  = Σ g             over the batch and all places                          (5)
"""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Array = np.ndarray


def forward(
    x: Array,
    W: Array,
    b: Array,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
    flip: bool = False,
) -> tuple[Array, Any]:
    stride, padding, dilation = pair(stride), pair(padding), pair(dilation)
    columns, size = im2col(x, W.shape[2:], stride, padding, dilation)
    kernels = (W[:, :, ::-1, ::-1] if flip else W).reshape(groups, len(W) // groups, -1)
    columns = columns.reshape(len(x), groups, kernels.shape[2], size[0] * size[1])
    y = (kernels @ columns).reshape(len(x), len(W), *size) + b[:, None, None]  # (1)
    return y, (x.shape, W.shape, columns, kernels, size, stride, padding, dilation, flip)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x_shape, W_shape, columns, kernels, size, stride, padding, dilation, flip = saved
    rows = g.reshape(len(g), *kernels.shape[:2], columns.shape[3])
    dW = (rows @ columns.swapaxes(2, 3)).sum(axis=0).reshape(W_shape)  # (2)
    dX = (kernels.swapaxes(1, 2) @ rows).reshape(len(g), x_shape[1], *W_shape[2:], *size)  # (3)
    dx = col2im(dX, x_shape, stride, padding, dilation)
    return {"x": dx, "W": dW[:, :, ::-1, ::-1].copy() if flip else dW, "b": g.sum(axis=(0, 2, 3))}  # (5)


def pair(setting: Any) -> tuple[int, int]:
    """One number for both axes, or one for each."""
    return (setting, setting) if np.ndim(setting) == 0 else tuple(setting)


def im2col(x: Array, kernel: Any, stride: Any, padding: Any, dilation: Any) -> tuple[Array, tuple[int, int]]:
    """Batch × channels × taps × places, and how many places along each axis."""
    padded = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    span = tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True))
    windows = sliding_window_view(padded, span, axis=(2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
    return windows.transpose(0, 1, 4, 5, 2, 3), windows.shape[2:4]


def col2im(columns: Array, shape: Any, stride: Any, padding: Any, dilation: Any) -> Array:
    """The transpose: entries of the columns added where they were read."""
    (n, c, height, width), (rows, cols) = shape, columns.shape[4:]
    padded = np.zeros((n, c, height + 2 * padding[0], width + 2 * padding[1]), columns.dtype)
    for i in range(columns.shape[2]):
        for j in range(columns.shape[3]):
            top, left = i * dilation[0], j * dilation[1]
            down, right = slice(top, top + stride[0] * rows, stride[0]), slice(left, left + stride[1] * cols, stride[1])
            padded[:, :, down, right] += columns[:, :, i, j]  # (4)
    return padded[:, :, padding[0] : padding[0] + height, padding[1] : padding[1] + width].copy()
