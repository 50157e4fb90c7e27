"""Conv1d, batched: windows laid out as columns (im2col), one matrix product a group; backward adds the columns back.

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
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
    flip: bool = False,
) -> tuple[Array, Any]:
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    windows = sliding_window_view(padded, dilation * (W.shape[2] - 1) + 1, axis=2)[:, :, ::stride, ::dilation]
    kernels = (W[:, :, ::-1] if flip else W).reshape(groups, len(W) // groups, -1)
    columns = windows.swapaxes(2, 3).reshape(len(x), groups, kernels.shape[2], windows.shape[2])
    y = (kernels @ columns).reshape(len(x), len(W), windows.shape[2]) + b[:, None]  # (1)
    return y, (x.shape, W.shape, columns, kernels, stride, padding, dilation, flip)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    (n, c, length), W_shape, columns, kernels, stride, padding, dilation, flip = saved
    taps, places = W_shape[2], g.shape[2]
    rows = g.reshape(n, *kernels.shape[:2], places)
    dW = (rows @ columns.swapaxes(2, 3)).sum(axis=0).reshape(W_shape)  # (2)
    dX = (kernels.swapaxes(1, 2) @ rows).reshape(n, c, taps, places)  # (3)
    dx = np.zeros((n, c, length + 2 * padding), g.dtype)
    for t in range(taps):
        dx[:, :, t * dilation : t * dilation + stride * places : stride] += dX[:, :, t]  # (4)
    dx = dx[:, :, padding : padding + length].copy()
    return {"x": dx, "W": dW[:, :, ::-1].copy() if flip else dW, "b": g.sum(axis=(0, 2))}  # (5)
