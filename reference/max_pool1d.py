"""MaxPool1d, batched: the maximum tap by tap; backward adds each g to where its window's maximum was.

y      = max over the taps of a window                                          (1)
∂J/∂x  = Σ g               at the first tap with the maximum, over all windows  (2)
∂J/∂x  = Σ g/k             at each of k such taps, where ties are shared        (3)
"""

from typing import Any

import numpy as np

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
    places = [(..., slice(t, t + (m - 1) * stride + 1, stride)) for t in range(0, span, dilation)]
    y = padded[places[0]].copy()
    for place in places[1:]:
        np.maximum(y, padded[place], out=y)  # (1)
    return y, (y, padded, places, n, padding, ties)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    y, padded, places, n, padding, ties = saved
    at = [padded[place] == y for place in places]
    share = g if ties == "first" else g / sum(a.astype(g.dtype) for a in at)  # (3)
    dx, given = np.zeros(padded.shape, g.dtype), np.zeros(y.shape, bool)
    for place, here in zip(places, at, strict=True):
        if ties == "first":
            here &= ~given  # (2)
            given |= here
        dx[place] += share * here
    return {"x": dx[..., padding : padding + n].copy()}
