"""AvgPool2d, batched: sums over the taps, divided; backward adds each g, divided likewise, to where its window read.

The number n[p] of entries that window p holds is the product of those along the two axes.

    y      = Σ x / n         over the taps of a window                              (1)
    ∂J/∂x  = Σ g / n         over all windows that read the entry                   (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(
    x: Array,
    kernel: Any = 2,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> tuple[Array, Any]:
    kernel, padding = pair(kernel), pair(padding)
    stride = kernel if stride is None else pair(stride)
    (down, rows), (right, columns) = (
        windows(x.shape[a - 2], kernel[a], stride[a], padding[a], ceil_mode, count_include_pad) for a in (0, 1)
    )
    n = np.outer(rows, columns).astype(x.dtype)
    after = [
        max(0, (size - 1) * stride[a] + kernel[a] - padding[a] - x.shape[a - 2]) for a, size in enumerate((down, right))
    ]
    padded = np.pad(x, [(0, 0)] * (x.ndim - 2) + [(padding[a], after[a]) for a in (0, 1)])
    y = np.zeros((*x.shape[:-2], down, right), x.dtype)
    for place in places(kernel, stride, y.shape[-2:]):
        y += padded[place]
    return y / n, (n, padded.shape, x.shape, kernel, stride, padding)  # (1)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    n, padded_shape, (*_, height, width), kernel, stride, (top, left) = saved
    share = g / n
    dx = np.zeros(padded_shape, g.dtype)
    for place in places(kernel, stride, g.shape[-2:]):
        dx[place] += share  # (2)
    return {"x": dx[..., top : top + height, left : left + width].copy()}


def pair(setting: Any) -> tuple[int, int]:
    """One number for both axes, or one for each."""
    return (setting, setting) if np.ndim(setting) == 0 else tuple(setting)


def windows(n: int, kernel: int, stride: int, padding: int, ceil_mode: bool, with_padding: bool) -> tuple[int, Array]:
    """How many windows there are along an axis of n, and how many entries each holds."""
    rest = n + 2 * padding - kernel
    m = (-(-rest // stride) if ceil_mode else rest // stride) + 1
    if ceil_mode and (m - 1) * stride >= n + padding:  # no window begins after the input
        m -= 1
    start = np.arange(m) * stride - padding
    end = np.minimum(start + kernel, n + padding)
    if not with_padding:
        start, end = np.maximum(start, 0), np.minimum(end, n)
    return m, np.maximum(end - start, 1)


def places(kernel: Any, stride: Any, size: Any) -> list[Any]:
    """For each tap, the slices of the padded input that the windows read by it."""
    taps = [(i, j) for i in range(kernel[0]) for j in range(kernel[1])]
    last = [(size[a] - 1) * stride[a] + 1 for a in (0, 1)]
    return [(..., slice(i, i + last[0], stride[0]), slice(j, j + last[1], stride[1])) for i, j in taps]
