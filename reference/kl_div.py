"""KLDiv, of a whole batch: J = Σ t (log t − x)/K; "batchmean" divides by the examples, "sum" and "none" by nothing.

With log_target the target is ℓ = log t.

    ∂J/∂x = −g t/K                                                                  (1)
    ∂J/∂t = g (log t + 1 − x)/K, 0 where t = 0;   ∂J/∂ℓ = g t (ℓ + 1 − x)/K         (2)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(x: Array, target: Array, reduction: str = "mean", log_target: bool = False) -> tuple[Array, Any]:
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(t > 0, t, 1))
    J = t * (log_t - x)
    K = {"mean": x.size, "batchmean": len(x)}.get(reduction, 1)
    if reduction != "none":
        J = J.sum() / x.dtype.type(K)
    return J, (x, t, log_t, K, log_target)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    x, t, log_t, K, log_target = saved
    share = g / K
    dtarget = share * ((t if log_target else t > 0) * (log_t + 1 - x))  # (2)
    return {"x": -share * t, "target": dtarget}  # (1)
