"""SoftCrossEntropy, of a whole batch: J = −Σ t log softmax(x)/N for targets t that are probabilities.

The classes are on axis 1. N is the number of rows; "sum" leaves out 1/N, "none" the sum over the rows. With p the
softmax and s the share of the upstream gradient that a row gets:

    s     = g/N for "mean", g for "sum" and "none"                                  (1)
    ∂J/∂x = s (p Σ t − t)                                                           (2)
    ∂J/∂t = −s log p                                                                (3)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, target: Array, reduction: str = "mean") -> tuple[Array, Any]:
    z = x - x.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    J = -(target * log_p).sum(axis=1)
    N = J.size if reduction == "mean" else 1
    if reduction != "none":
        J = J.sum() / J.dtype.type(N)
    return J, (log_p, target, N)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    log_p, target, N = saved
    share = g / N  # (1)
    if g.ndim:
        share = np.expand_dims(share, 1)
    dx = share * (np.exp(log_p) * target.sum(axis=1, keepdims=True) - target)  # (2)
    return {"x": dx, "target": -share * log_p}  # (3)
