"""ConvTranspose2d, batched: one matrix product a group, its columns added where they land; backward reads them there.

With X the input, one column a place, and W one column a (channel, tap) of the output,

    Y      = Wᵀ X,    y = Σ Y + b        each column added where it lands, tap by tap   (1)
    ∂J/∂Y  = g                           read where it landed                           (2)
    ∂J/∂X  = W ∂J/∂Y                                                                    (3)
    ∂J/∂W  = Σ X (∂J/∂Y)ᵀ                over the batch                                 (4)
    ∂J/∂b  = Σ g                         over the batch and all places                  (5)
"""

import math
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
    output_padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> tuple[Array, Any]:
    stride, padding, output_padding, dilation = (pair(s) for s in (stride, padding, output_padding, dilation))
    n, C, *size = x.shape
    kernel = W.shape[2:]
    X = x.reshape(n, groups, C // groups, math.prod(size))
    kernels = W.reshape(groups, C // groups, -1)
    Y = (kernels.swapaxes(1, 2) @ X).reshape(n, len(b), *kernel, *size)
    full = [
        (m - 1) * s + d * (k - 1) + 1 + extra
        for m, s, d, k, extra in zip(size, stride, dilation, kernel, output_padding, strict=True)
    ]
    y = np.zeros((n, len(b), *full), Y.dtype)
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            top, left = i * dilation[0], j * dilation[1]
            rows, columns = (slice(a, a + s * m, s) for a, s, m in zip((top, left), stride, size, strict=True))
            y[:, :, rows, columns] += Y[:, :, i, j]  # (1)
    y = y[:, :, padding[0] : full[0] - padding[0], padding[1] : full[1] - padding[1]] + b[:, None, None]
    return y, (X, kernels, x.shape, W.shape, stride, padding, dilation)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    X, kernels, x_shape, W_shape, stride, padding, dilation = saved
    (n, _, *size), kernel = x_shape, W_shape[2:]
    padded = np.pad(g, ((0, 0), (0, 0), *((p, p) for p in padding)))
    span = tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True))
    windows = sliding_window_view(padded, span, axis=(2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
    windows = windows[:, :, : size[0], : size[1]]  # output padding may leave room for one more
    dY = windows.transpose(0, 1, 4, 5, 2, 3).reshape(n, kernels.shape[0], kernels.shape[2], X.shape[3])  # (2)
    dx = (kernels @ dY).reshape(x_shape)  # (3)
    dW = (X @ dY.swapaxes(2, 3)).sum(axis=0).reshape(W_shape)  # (4)
    return {"x": dx, "W": dW, "b": g.sum(axis=(0, 2, 3))}  # (5)


def pair(setting: Any) -> tuple[int, int]:
    """One number for both axes, or one for each."""
    return (setting, setting) if np.ndim(setting) == 0 else tuple(setting)
