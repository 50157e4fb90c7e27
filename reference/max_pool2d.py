"""MaxPool2d, batched: the maximum tap by tap; backward adds each g to where its window's maximum was.

y      = max over the taps of a window                                          (1)
∂J/∂x  = Σ g               at the first tap with the maximum, over all windows  (2)
∂J/∂x  = Σ g/k             at each of k such taps, where ties are shared        (3)
"""

from typing import Any

import numpy as np

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
    places = taps(kernel, stride, dilation, size)
    y = padded[places[0]].copy()
    for place in places[1:]:
        np.maximum(y, padded[place], out=y)  # (1)
    return y, (y, padded, places, x.shape, padding, ties)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y, padded, places, (*_, height, width), (top, left), ties = saved
    at = [padded[place] == y for place in places]
    share = g if ties == "first" else g / sum(a.astype(g.dtype) for a in at)  # (3)
    dx, given = np.zeros(padded.shape, g.dtype), np.zeros(y.shape, bool)
    for place, here in zip(places, at, strict=True):
        if ties == "first":
            here &= ~given  # (2)
            given |= here
        dx[place] += share * here
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


def taps(kernel: Any, stride: Any, dilation: Any, size: Any) -> list[Any]:
    """For each tap, the slices of the padded input that the windows read by it."""
    first = [(i * dilation[0], j * dilation[1]) for i in range(kernel[0]) for j in range(kernel[1])]
    last = [(size[a] - 1) * stride[a] + 1 for a in (0, 1)]
    return [(..., slice(i, i + last[0], stride[0]), slice(j, j + last[1], stride[1])) for i, j in first]
