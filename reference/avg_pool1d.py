"""AvgPool1d, batched: sums over the taps, divided; backward adds each g, divided likewise, to where its window read.

y      = Σ x / n         over the taps of a window; n entries are in it         (1)
∂J/∂x  = Σ g / n         over all windows that read the entry                   (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(
    x: Array,
    kernel: int = 2,
    stride: int | None = None,
    padding: int = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> tuple[Array, Any]:
    stride, length = kernel if stride is None else stride, x.shape[-1]
    m = (length + 2 * padding - kernel + (stride - 1 if ceil_mode else 0)) // stride + 1
    if ceil_mode and (m - 1) * stride >= length + padding:  # no window begins after the input
        m -= 1
    start = np.arange(m) * stride - padding
    end = np.minimum(start + kernel, length + padding)
    n = end - start if count_include_pad else np.minimum(end, length) - np.maximum(start, 0)
    n = np.maximum(n, 1).astype(x.dtype)
    after = max(0, (m - 1) * stride + kernel - padding - length)
    padded = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(padding, after)])
    taps = [slice(t, t + (m - 1) * stride + 1, stride) for t in range(kernel)]
    y = np.zeros((*x.shape[:-1], m), x.dtype)
    for tap in taps:
        y += padded[..., tap]
    y /= n  # (1)
    return y, (n, padded.shape, taps, padding, length)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    n, padded_shape, taps, padding, length = saved
    dx, share = np.zeros(padded_shape, g.dtype), g / n
    for tap in taps:
        dx[..., tap] += share  # (2)
    return {"x": dx[..., padding : padding + length].copy()}
