"""MaxPool2d, batched: the maximum tap by tap; backward adds each g to where its window's maximum was.

y      = max over the taps of a window                                          (1)
∂J/∂x  = Σ g               at the first tap with the maximum, over all windows  (2)
∂J/∂x  = Σ g/k             at each of k such taps, where ties are shared        (3)
"""

from typing import Any

import numpy as np

from reference._scatter import add_up

Array = np.ndarray


def forward(
    x: Array,
    kernel: Any = 2,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    ties: str = "first",
) -> tuple[Array, Any]:
    kernel, padding, dilation = pair(kernel), pair(padding), pair(dilation)
    stride = kernel if stride is None else pair(stride)
    span = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    size = [length(x.shape[a - 2], span[a], stride[a], padding[a], ceil_mode) for a in (0, 1)]
    after = [max(0, (size[a] - 1) * stride[a] + span[a] - padding[a] - x.shape[a - 2]) for a in (0, 1)]
    ends = [(0, 0)] * (x.ndim - 2) + [(padding[a], after[a]) for a in (0, 1)]
    padded = np.pad(x, ends, constant_values=-np.inf)
    taps = windows(kernel, stride, dilation, size)
    flat = np.arange(padded.size).reshape(padded.shape)
    y, first = padded[taps[0]].copy(), flat[taps[0]].copy()
    for tap in taps[1:]:
        better = padded[tap] > y
        first += better * (flat[tap] - first)  # a choice by multiplication: np.where is slow
        np.maximum(y, padded[tap], out=y)  # (1)
    return y, (y, first, padded, taps, x.shape, padding, ties)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y, first, padded, taps, (*_, height, width), (top, left), ties = saved
    if ties == "first":
        dx = add_up(first, g, padded.shape)  # (2)
    else:
        tied = [padded[tap] == y for tap in taps]
        share = g / np.sum(tied, axis=0, dtype=g.dtype)
        dx = np.zeros(padded.shape, g.dtype)
        for tap, here in zip(taps, tied, strict=True):
            dx[tap] += share * here  # (3)
    return {"x": dx[..., top : top + height, left : left + width].copy()}


def pair(setting: Any) -> tuple[int, int]:
    """One number for both axes, or one for each."""
    return (setting, setting) if np.ndim(setting) == 0 else tuple(setting)


def length(n: int, span: int, stride: int, padding: int, ceil_mode: bool) -> int:
    """How many windows there are along an axis of n; none begins after the input."""
    rest = n + 2 * padding - span
    if not ceil_mode:
        return rest // stride + 1
    m = -(-rest // stride) + 1
    return m - 1 if (m - 1) * stride >= n + padding else m


def windows(kernel: Any, stride: Any, dilation: Any, size: Any) -> list[Any]:
    """For each tap, the slices of the padded input that the windows read by it."""
    first = [(i * dilation[0], j * dilation[1]) for i in range(kernel[0]) for j in range(kernel[1])]
    last = [(size[a] - 1) * stride[a] + 1 for a in (0, 1)]
    return [(..., slice(i, i + last[0], stride[0]), slice(j, j + last[1], stride[1])) for i, j in first]
