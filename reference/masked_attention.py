"""MaskedAttention, batched: y = p v with p = softmax(scale · q kᵀ) over the keys for which the mask is True.

With z the logits after the softcap c, if there is one:

    ∂J/∂v = pᵀ g                                                                    (1)
    dz    = p (g vᵀ − Σ g y) (1 − (z/c)²) scale     the sum along each row of g y    (2)
    ∂J/∂q = dz k                                                                    (3)
    ∂J/∂k = dzᵀ q                                                                   (4)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(
    q: Array, k: Array, v: Array, mask: Array, scale: float | None = None, softcap: float | None = None
) -> tuple[Array, Any]:
    scale = float(1 / np.sqrt(q.shape[2])) if scale is None else scale
    z = q @ k.swapaxes(1, 2) * scale
    slope: Any = 1
    if softcap is not None:
        u = np.tanh(z / softcap)
        z, slope = softcap * u, 1 - np.square(u)
    z = np.where(mask, z, -np.inf)
    top = z.max(axis=2, keepdims=True)
    p = np.exp(z - np.where(np.isfinite(top), top, 0))  # a row of nothing but −∞ gives zeros
    total = p.sum(axis=2, keepdims=True)
    p /= np.where(total > 0, total, 1)
    y = p @ v
    return y, (q, k, v, p, y, slope, scale)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    q, k, v, p, y, slope, scale = saved
    dz = p * (g @ v.swapaxes(1, 2) - (g * y).sum(axis=2, keepdims=True)) * slope * scale  # (2)
    return {"q": dz @ k, "k": dz.swapaxes(1, 2) @ q, "v": p.swapaxes(1, 2) @ g}  # (3) (4) (1)
