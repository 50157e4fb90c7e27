"""PoissonNLL, of a whole batch: J = Σ (exp(x) − t x)/K, or Σ (x − t log(x + eps))/K without log_input.

"sum" and "none" leave out 1/K, and Σ.

    ∂J/∂x = g (exp(x) − t)/K, or g (1 − t/(x + eps))/K                              (1)
    ∂J/∂t = −g x/K, or −g log(x + eps)/K                                            (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(
    x: Array, target: Array, reduction: str = "mean", log_input: bool = True, eps: float = 1e-8
) -> tuple[Array, Any]:
    rate, log_rate = (np.exp(x), x) if log_input else (x, np.log(x + eps))
    J = rate - target * log_rate
    if reduction != "none":
        J = J.mean() if reduction == "mean" else J.sum()
    return J, (rate, log_rate, target, x.size if reduction == "mean" else 1, log_input, eps)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    rate, log_rate, target, K, log_input, eps = saved
    share = g / K
    dx = share * (rate - target if log_input else 1 - target / (rate + eps))  # (1)
    return {"x": dx, "target": -share * log_rate}  # (2)
