"""BinaryCrossEntropyWithLogits, of a whole batch: J = −Σ (w t log σ(x) + (1 − t) log(1 − σ(x)))/K, w = pos_weight.

"sum" and "none" leave out 1/K, and Σ. With v = 1 + (w − 1) t, the weight of an entry:

    ∂J/∂x = g (v σ(x) − w t)/K                                                      (1)
    ∂J/∂t = g ((w − 1) log(1 + exp(−x)) − x)/K                                      (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, target: Array, reduction: str = "mean", pos_weight: float = 1.0) -> tuple[Array, Any]:
    e = np.exp(-np.abs(x))
    tail = np.log1p(e)
    v = 1 + (pos_weight - 1) * target
    J = (1 - target) * np.maximum(x, 0) + pos_weight * target * np.maximum(-x, 0) + v * tail
    K = x.size if reduction == "mean" else 1
    if reduction != "none":
        J = J.mean() if reduction == "mean" else J.sum()
    return J, (x, target, e, tail, v, pos_weight, K)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, target, e, tail, v, pos_weight, K = saved
    share = g / K
    sigmoid = np.where(x < 0, e, 1) / (1 + e)
    dtarget = share * ((pos_weight - 1) * (tail + np.maximum(-x, 0)) - x)  # (2)
    return {"x": share * (v * sigmoid - pos_weight * target), "target": dtarget}  # (1)
