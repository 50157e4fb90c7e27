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
    geometry = kernel, stride, dilation, size
    taps = np.stack([padded[place] for place in places(*geometry)], axis=-1)
    return taps.max(axis=-1), (taps, padded.shape, x.shape, padding, geometry, ties)  # (1)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    taps, padded_shape, (*_, height, width), (top, left), geometry, ties = saved
    if ties == "first":
        share = np.arange(taps.shape[-1]) == taps.argmax(axis=-1)[..., None]  # (2)
        parts = np.where(share, g[..., None], 0)
    else:
        tied = taps == taps.max(axis=-1, keepdims=True)
        parts = np.where(tied, g[..., None] / tied.sum(axis=-1, keepdims=True).astype(g.dtype), 0)  # (3)
    dx = np.zeros(padded_shape, g.dtype)
    for t, place in enumerate(places(*geometry)):
        dx[place] += parts[..., t]
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


def places(kernel: Any, stride: Any, dilation: Any, size: Any) -> list[Any]:
    """For each tap, the slices of the padded input that the windows read by it."""
    first = [(i * dilation[0], j * dilation[1]) for i in range(kernel[0]) for j in range(kernel[1])]
    last = [(size[a] - 1) * stride[a] + 1 for a in (0, 1)]
    return [(..., slice(i, i + last[0], stride[0]), slice(j, j + last[1], stride[1])) for i, j in first]
