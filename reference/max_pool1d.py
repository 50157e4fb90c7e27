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
    read = np.arange(m)[:, None] * stride + np.arange(kernel) * dilation
    taps = padded[..., read]
    return taps.max(axis=-1), (taps, padded.shape, read, n, padding, ties)  # (1)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    taps, padded_shape, read, n, padding, ties = saved
    if ties == "first":
        share = np.arange(taps.shape[-1]) == taps.argmax(axis=-1)[..., None]  # (2)
        parts = np.where(share, g[..., None], 0)
    else:
        tied = taps == taps.max(axis=-1, keepdims=True)
        parts = np.where(tied, g[..., None] / tied.sum(axis=-1, keepdims=True).astype(g.dtype), 0)  # (3)
    dx = np.zeros(padded_shape, g.dtype)
    for t in range(taps.shape[-1]):
        dx[..., read[:, t]] += parts[..., t]  # no place twice in one tap's reads
    return {"x": dx[..., padding : padding + n].copy()}
