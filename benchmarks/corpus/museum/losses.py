"""Family E of real_bugs.csv: losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference import contrastive, cross_entropy, geglu, kl_div, nll

from ..case import Case
from ._case import Array, to_bfloat16, wrong


def cases() -> list[Case]:
    folded = "softmax-folded-in"
    in_float16 = wrong(
        89, "eps vanishes in float16", "contrastive", divided_by_eps, "finite", forward=contrastive_keeping
    )
    return [
        wrong(
            82,
            "the gradient of log_softmax is folded in (there CTC)",
            "nll",
            nll_of_logits,
            folded,
            forward=nll_keeping,
        ),
        wrong(83, "the gradient of log_softmax is folded in (there CTC again)", "kl_div", kl_of_logits, folded),
        wrong(
            84,
            "the smoothing is divided by the number of rows",
            "cross_entropy",
            not_renormalised,
            "smoothing-not-renormalised",
        ),
        Case(in_float16.name, in_float16.layer, in_float16.fast, False, ("float16",), in_float16.names),
        wrong(92, "the mean of the micro-batches' means", "cross_entropy", mean_of_means, "mean-of-means"),
        wrong(93, "db is rounded to 16 bits on its way", "geglu", cast_order, "computed-in-bfloat16"),
    ]


def contrastive_keeping(
    x1: Array, x2: Array, same: Array, reduction: str = "mean", margin: float = 1.0, eps: float = 1e-6
) -> tuple[Array, Any]:
    y, _ = contrastive.forward(x1, x2, same, reduction, margin, eps)
    return y, (x1, x2, same, reduction, margin, eps)


def divided_by_eps(g: Array, saved: Any) -> dict[str, Array]:
    x1, x2, same, reduction, margin, eps = saved
    u = x1 - x2 + eps
    d = np.sqrt(np.einsum("ij,ij->i", u, u))
    short = np.maximum(margin - d, 0)
    guard = x1.dtype.type(1e-8)  # 0 in float16
    pull = np.where(same == 1, 1, -short / (d + guard)).astype(x1.dtype)
    N = len(u) if reduction == "mean" else 1
    dx1 = (g / N)[..., None] * pull[:, None] * u
    return {"x1": dx1, "x2": -dx1}


def nll_keeping(
    x: Array,
    labels: Array,
    reduction: str = "mean",
    weight: tuple[float, ...] | None = None,
    ignore_index: int = -100,
) -> tuple[Array, Any]:
    y, saved = nll.forward(x, labels, reduction, weight, ignore_index)
    return y, (x, saved)


def nll_of_logits(g: Array, saved: Any) -> dict[str, Array]:
    x, (shape, at, w, total) = saved
    hot = np.zeros(shape, g.dtype)
    np.put_along_axis(hot, at, 1, 1)
    share = g / total
    return {"x": (np.exp(x) - hot) * w * (share[:, None] if g.ndim else share)}


def kl_of_logits(g: Array, saved: Any) -> dict[str, Array]:
    x, t, _, K, _ = saved
    return {"x": g / K * (np.exp(x) - t), "target": kl_div.backward(g, saved)["target"]}


def not_renormalised(g: Array, saved: Any) -> dict[str, Array]:
    log_p, c, kept, w, w_label, total, smoothing = saved
    p, hot = np.exp(log_p), c[..., None] == np.arange(len(w))
    rows = 1 if isinstance(total, int) else kept.sum().astype(g.dtype)  # a number of Python's: not a mean
    hard = (1 - smoothing) * w_label[..., None] * (p - hot) / total
    smooth = smoothing / len(w) * (w.sum() * p - w) / rows  # right: / total
    dx = (hard + smooth) * (g * kept)[..., None]
    return {"x": np.ascontiguousarray(np.moveaxis(dx, -1, 1))}


def mean_of_means(g: Array, saved: Any) -> dict[str, Array]:
    """Two micro-batches, each divided by its own number of tokens; then their mean, as if these were equal."""
    log_p, c, kept, w, w_label, total, smoothing = saved
    if isinstance(total, int) or len(log_p) < 2:
        return cross_entropy.backward(g, saved)
    parts = []
    for micro in np.array_split(np.arange(len(log_p)), 2):
        own = w_label[micro].sum()
        inner = log_p[micro], c[micro], kept[micro], w, w_label[micro], own if own else 1, smoothing
        parts.append(cross_entropy.backward(g, inner)["x"] / 2)
    return {"x": np.concatenate(parts)}


def cast_order(g: Array, saved: Any) -> dict[str, Array]:
    return {"a": geglu.backward(g, saved)["a"], "b": to_bfloat16(to_bfloat16(g) * to_bfloat16(saved[1]))}
