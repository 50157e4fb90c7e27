"""Contrastive, of N pairs: J = Σ ½ d² for like pairs, Σ ½ max(0, margin − d)² for unlike ones, /N; d = ‖x1 − x2 + eps‖.

"sum" and "none" leave out 1/N, and Σ. With u = x1 − x2 + eps:

    ∂J/∂x1 = g u/N for like pairs, −g max(0, margin − d)/d u/N for unlike ones      (1)
    ∂J/∂x2 = −∂J/∂x1                                                                (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(
    x1: Array, x2: Array, same: Array, reduction: str = "mean", margin: float = 1.0, eps: float = 1e-6
) -> tuple[Array, Any]:
    u = x1 - x2 + eps
    d = np.sqrt(np.einsum("ij,ij->i", u, u))
    alike = same == 1
    short = np.maximum(margin - d, 0)
    J = np.square(np.where(alike, d, short)) / 2
    if reduction != "none":
        J = J.mean() if reduction == "mean" else J.sum()
    pull = np.where(alike, 1, -short / np.where(d > 0, d, 1))
    return J, (pull[:, None] * u, len(u) if reduction == "mean" else 1)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    slope, N = saved
    dx1 = g[..., None] / N * slope  # (1)
    return {"x1": dx1, "x2": -dx1}  # (2)
