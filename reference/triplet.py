"""Triplet, of N triplets: J = Σ max(0, d(anchor, positive) − d(anchor, negative) + margin)/N; d(a, b) = ‖a − b + eps‖.

"sum" and "none" leave out 1/N, and Σ. With e = (a − b + eps)/d(a, b), and s = g/N where the sum in the brackets is
above 0 (at_zero · g/N where it is 0), 0 elsewhere:

    ∂J/∂positive = −s e(anchor, positive)                                           (1)
    ∂J/∂negative = s e(anchor, negative)                                            (2)
    ∂J/∂anchor   = −∂J/∂positive − ∂J/∂negative                                     (3)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(
    anchor: Array,
    positive: Array,
    negative: Array,
    reduction: str = "mean",
    margin: float = 1.0,
    eps: float = 1e-6,
    at_zero: float = 1.0,
) -> tuple[Array, Any]:
    near, d_near = _difference(anchor, positive, eps)
    far, d_far = _difference(anchor, negative, eps)
    m = (d_near - d_far + margin)[:, 0]
    J = np.maximum(m, 0)
    gate = (m > 0).astype(m.dtype)
    gate[m == 0] = at_zero
    if reduction == "mean":
        gate /= len(m)
    if reduction != "none":
        J = J.mean() if reduction == "mean" else J.sum()
    return J, (gate, near / np.where(d_near > 0, d_near, 1), far / np.where(d_far > 0, d_far, 1))


def backward(g: Array, saved: Any) -> dict[str, Array]:
    gate, near, far = saved
    s = (g * gate)[:, None]
    pull, push = s * near, s * far
    return {"anchor": pull - push, "positive": -pull, "negative": push}  # (3) (1) (2)


def _difference(a: Array, b: Array, eps: float) -> tuple[Array, Array]:
    """a − b + eps and its length, as a column."""
    u = a - b + eps
    return u, np.sqrt(np.square(u).sum(axis=1, keepdims=True))
