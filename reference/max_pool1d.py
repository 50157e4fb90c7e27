"""MaxPool1d, batched: the maximum tap by tap; backward adds each g to where its window's maximum was.

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
    kernel: int = 2,
    stride: int | None = None,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
    ties: str = "first",
) -> tuple[Array, Any]:
    stride, n, span = kernel if stride is None else stride, x.shape[-1], dilation * (kernel - 1) + 1
    m = (n + 2 * padding - span + (stride - 1 if ceil_mode else 0)) // stride + 1
    if ceil_mode and (m - 1) * stride >= n + padding:  # no window begins after the input
        m -= 1
    after = max(0, (m - 1) * stride + span - padding - n)
    padded = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(padding, after)], constant_values=-np.inf)
    taps = [(..., slice(t, t + (m - 1) * stride + 1, stride)) for t in range(0, span, dilation)]
    flat = np.arange(padded.size).reshape(padded.shape)
    y, first = padded[taps[0]].copy(), flat[taps[0]].copy()
    for tap in taps[1:]:
        better = padded[tap] > y
        first += better * (flat[tap] - first)  # a choice by multiplication: np.where is slow
        np.maximum(y, padded[tap], out=y)  # (1)
    return y, (y, first, padded, taps, n, padding, ties)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y, first, padded, taps, n, padding, ties = saved
    if ties == "first":
        dx = add_up(first, g, padded.shape)  # (2)
    else:
        tied = [padded[tap] == y for tap in taps]
        share = g / np.sum(tied, axis=0, dtype=g.dtype)
        dx = np.zeros(padded.shape, g.dtype)
        for tap, here in zip(taps, tied, strict=True):
            dx[tap] += share * here  # (3)
    return {"x": dx[..., padding : padding + n].copy()}
