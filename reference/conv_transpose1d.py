"""ConvTranspose1d, batched: one matrix product a group, its columns added where they land; backward reads them.

With X the input, one column a place, and W one column a (channel, tap) of the output,

    Y      = Wᵀ X,    y = Σ Y + b        each column added where it lands, tap by tap   (1)
    ∂J/∂Y  = g                           read where it landed                           (2)
    ∂J/∂X  = W ∂J/∂Y                                                                    (3)
    ∂J/∂W  = Σ X (∂J/∂Y)ᵀ                over the batch                                 (4)
    ∂J/∂b  = Σ g                         over the batch and all places                  (5)
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
    output_padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> tuple[Array, Any]:
    n, C, length = x.shape
    X, kernels = x.reshape(n, groups, C // groups, length), W.reshape(groups, C // groups, -1)
    Y = (kernels.swapaxes(1, 2) @ X).reshape(n, len(b), W.shape[2], length)
    full = (length - 1) * stride + dilation * (W.shape[2] - 1) + 1 + output_padding
    y = np.zeros((n, len(b), full), Y.dtype)
    for t in range(W.shape[2]):
        y[:, :, t * dilation : t * dilation + stride * length : stride] += Y[:, :, t]  # (1)
    return y[:, :, padding : full - padding] + b[:, None], (X, kernels, x.shape, W.shape, stride, padding, dilation)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    X, kernels, x_shape, W_shape, stride, padding, dilation = saved
    padded = np.pad(g, ((0, 0), (0, 0), (padding, padding)))
    windows = sliding_window_view(padded, dilation * (W_shape[2] - 1) + 1, axis=2)[:, :, ::stride, ::dilation]
    windows = windows[:, :, : x_shape[2]]  # output padding may leave room for one more
    dY = windows.swapaxes(2, 3).reshape(len(g), kernels.shape[0], kernels.shape[2], x_shape[2])  # (2)
    dx = (kernels @ dY).reshape(x_shape)  # (3)
    dW = (X @ dY.swapaxes(2, 3)).sum(axis=0).reshape(W_shape)  # (4)
    return {"x": dx, "W": dW, "b": g.sum(axis=(0, 2))}  # (5)
