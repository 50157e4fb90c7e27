"""Hinge, of a whole batch: J = Σ max(0, x[r, j] − x[r, c] + delta)/N over all j ≠ c.

"sum" leaves out 1/N, "none" the sum over the examples as well.
With s[r, j] = 1 where the margin of j ≠ c is above 0 (at_zero where it is 0), and s[r, c] = −Σ s[r, j]:

    ∂J/∂x = g s/N                                                                   (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(
    x: Array, labels: Array, reduction: str = "mean", delta: float = 1.0, at_zero: float = 0.0
) -> tuple[Array, Any]:
    rows = np.arange(len(x))
    margins = x - x[rows, labels][:, None] + delta
    margins[rows, labels] = 0
    J = np.maximum(margins, 0).sum(axis=1)
    if reduction != "none":
        J = J.mean() if reduction == "mean" else J.sum()
    s = (margins > 0).astype(x.dtype)
    s[margins == 0] = at_zero
    s[rows, labels] = 0
    s[rows, labels] = -s.sum(axis=1)
    return J, (s, len(x) if reduction == "mean" else 1)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    s, N = saved
    return {"x": g[..., None] / N * s}  # (1)
