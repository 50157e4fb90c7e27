"""NLL, of a whole batch: J = Σ −w[c] x[r, c] / Σ w[c], c the label of each row r; classes on axis 1.

"sum" leaves out the division, "none" the sum; rows labelled ignore_index are out.

    ∂J/∂x = −g w[c]/Σ w[c] where the label points, 0 elsewhere                      (1)
"""

from typing import Any

import numpy as np

Array = np.ndarray


def forward(
    x: Array,
    labels: Array,
    reduction: str = "mean",
    weight: tuple[float, ...] | None = None,
    ignore_index: int = -100,
) -> tuple[Array, Any]:
    kept = labels != ignore_index
    at = np.where(kept, labels, 0)[:, None]
    w = np.array(weight, x.dtype)[at] if weight is not None else np.ones(at.shape, x.dtype)
    w = w * kept[:, None]
    J = -(w * np.take_along_axis(x, at, 1))[:, 0]
    total = w.sum() if reduction == "mean" else w.dtype.type(1)
    if reduction != "none":
        J = J.sum() / total
    return J, (x.shape, at, w, total)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    shape, at, w, total = saved
    dx = np.zeros(shape, g.dtype)
    share = g / total
    np.put_along_axis(dx, at, -w * (share[:, None] if g.ndim else share), 1)  # (1)
    return {"x": dx}
