"""Focal, of a whole batch: J = Σ −α[c] (1 − q)^γ log q / K, q = σ(x) for the label 1, 1 − σ(x) for 0.

"sum" and "none" leave out 1/K, and Σ. With sign = 1 for the label 1, −1 for 0:

    ∂J/∂x = −g sign α[c] (1 − q)^γ (1 − q − γ q log q)/K                            (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(
    x: Array, labels: Array, reduction: str = "mean", alpha: float | None = 0.25, gamma: float = 2.0
) -> tuple[Array, Any]:
    sign = (2 * labels - 1).astype(x.dtype)
    s = sign * x
    e = np.exp(-np.abs(s))
    q, rest = np.where(s < 0, e, 1) / (1 + e), np.where(s < 0, 1, e) / (1 + e)
    minus_log_q = np.maximum(-s, 0) + np.log1p(e)
    factor = sign if alpha is None else sign * np.where(labels == 1, x.dtype.type(alpha), x.dtype.type(1 - alpha))
    power = rest**gamma
    J = np.abs(factor) * power * minus_log_q
    K = x.size if reduction == "mean" else 1
    if reduction != "none":
        J = J.mean() if reduction == "mean" else J.sum()
    return J, (-factor * power * (rest + gamma * q * minus_log_q), K)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    slope, K = saved
    return {"x": g / K * slope}  # (1)
