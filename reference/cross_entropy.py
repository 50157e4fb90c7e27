"""CrossEntropy, of a whole batch: J = Σ −w[c] log softmax(x)[c] / Σ w[c], c the label of each row; classes on axis 1.

"sum" leaves out the division, "none" the sum; rows labelled ignore_index are out. With p the softmax, s the share of
the upstream gradient that a row gets, ε the label smoothing and C the number of classes:

    s     = g/Σ w[c] for "mean", g for "sum" and "none"; 0 in rows ignored          (1)
    ∂J/∂x = s ((1 − ε) w[c] (p − onehot(c)) + ε/C (p Σ w − w))                      (2)
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
    label_smoothing: float = 0.0,
) -> tuple[Array, Any]:
    C = x.shape[1]
    kept = labels != ignore_index
    c = np.where(kept, labels, 0)
    w = np.ones(C, x.dtype) if weight is None else np.array(weight, x.dtype)
    w_label = w[c] * kept
    z = np.moveaxis(x, 1, -1)
    z = z - z.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    J = -(1 - label_smoothing) * w_label * np.take_along_axis(log_p, c[..., None], -1)[..., 0]
    if label_smoothing:
        J = J - label_smoothing / C * (log_p @ w) * kept
    total = w_label.sum() if reduction == "mean" else 1
    if reduction != "none":
        J = J.sum() / total
    return J, (log_p, c, kept, w, w_label, total, label_smoothing)


def backward(g: Array, saved: Any) -> dict[str, Array]:
    log_p, c, kept, w, w_label, total, smoothing = saved
    share = g / total * kept  # (1)
    dx = np.exp(log_p)
    dx *= ((1 - smoothing) * w_label + smoothing / len(w) * w.sum())[..., None]
    at = c[..., None]
    np.put_along_axis(dx, at, np.take_along_axis(dx, at, -1) - ((1 - smoothing) * w_label)[..., None], -1)
    if smoothing:
        dx -= smoothing / len(w) * w
    dx *= share[..., None]
    return {"x": np.ascontiguousarray(np.moveaxis(dx, -1, 1))}  # (2)
