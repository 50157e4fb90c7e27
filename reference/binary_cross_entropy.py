"""BinaryCrossEntropy, of a whole batch: J = −Σ (t log p + (1 − t) log(1 − p))/K; "sum" and "none" leave out 1/K, and Σ.

∂J/∂p = g (p − t)/(p (1 − p))/K                                                 (1)
∂J/∂t = g log((1 − p)/p)/K                                                      (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(p: Array, target: Array, reduction: str = "mean") -> tuple[Array, Any]:
    J = -(target * np.log(p) + (1 - target) * np.log1p(-p))
    if reduction != "none":
        J = J.mean() if reduction == "mean" else J.sum()
    return J, (p, target, p.size if reduction == "mean" else 1)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    p, target, K = saved
    share = g / K
    dp = share * (p - target) / (p * (1 - p))  # (1)
    return {"p": dp, "target": share * (np.log1p(-p) - np.log(p))}  # (2)
