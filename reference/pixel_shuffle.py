"""PixelShuffle, batched: y[c, h r + i, w r + j] = x[c r² + i r + j, h, w].

y[…, i::r, j::r] = x[i r + j :: r²]                                            (1)
∂J/∂x[i r + j :: r²] = g[…, i::r, j::r]                                        (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, upscale_factor: int = 2) -> tuple[Array, Any]:
    r = upscale_factor
    batch, channels, height, width = x.shape
    y = np.empty((batch, channels // r**2, height * r, width * r), x.dtype)
    for k in range(r * r):
        y[:, :, k // r :: r, k % r :: r] = x[:, k :: r * r]  # (1)
    return y, r


def backward(g: Array, saved: Any) -> dict[str, Array]:
    r = saved
    batch, channels, height, width = g.shape
    dx = np.empty((batch, channels * r**2, height // r, width // r), g.dtype)
    for k in range(r * r):
        dx[:, k :: r * r] = g[:, :, k // r :: r, k % r :: r]  # (2)
    return {"x": dx}
