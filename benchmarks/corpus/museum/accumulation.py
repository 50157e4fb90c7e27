"""Family A of real_bugs.csv: accumulation, branches, overwriting, aliasing."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference import batch_norm, branch, cross_entropy, dense, rnn_cell, rotary, softmax

from ..case import Case
from ._case import Array, wrong


def cases() -> list[Case]:
    return [
        wrong(
            2,
            "the gradient of a variable used twice is assigned, not added",
            "branch",
            assigned,
            "overwritten-not-added",
        ),
        wrong(3, "a node fires before all its consumers contributed", "lstm_cell", depth_first, "next-c-ignored"),
        wrong(4, "the gradients of a recurrent net in the wrong order", "rnn_cell", wrong_order, "shape"),
        wrong(5, "the gradients of gamma and beta are never written", "batch_norm", gamma_never_written, "zero"),
        wrong(6, "more than four terms are summed another way", "branch", many_terms, "partial-sums-added-again"),
        wrong(12, "backward writes over g", "softmax", over_g, "unchanged"),
        wrong(
            13, "the gradient is stored over the logits", "cross_entropy", over_logits, "unchanged", forward=keeping_x
        ),
        wrong(14, "x is rotated in place", "rotary", rotary.backward, "unchanged", forward=rotated_in_place),
        wrong(16, "one static buffer holds every gradient returned", "dense", StaticBuffer().backward, "saved"),
    ]


def assigned(g: Array, saved: Any) -> dict[str, Array]:
    grad = {}
    for k in range(g.shape[1]):
        grad["x"] = g[:, k].copy()  # right: +=
    return grad


def depth_first(g: Array, saved: Any) -> dict[str, Array]:
    """A tape whose nodes fire when first reached: from h' down to c', before c' has its own gradient."""
    grad_h, grad_c = g[:, 0], np.zeros_like(g[:, 1])
    x, h, W, U, f, by, by_after, by_o, order = saved
    fired = grad_c + grad_h * by_after
    grad_c = grad_c + g[:, 1]  # too late: c' has fired
    d_z = np.concatenate([grad_h * by_o if gate == "o" else fired * by[gate] for gate in order], axis=1)
    return {"x": d_z @ W, "h": d_z @ U, "c": fired * f, "W": d_z.T @ x, "U": d_z.T @ h, "b": d_z.sum(axis=0)}


def wrong_order(g: Array, saved: Any) -> dict[str, Array]:
    right = rnn_cell.backward(g, saved)
    return dict(zip(("x", "h", "W", "U", "b"), (right[a] for a in ("x", "h", "U", "W", "b")), strict=True))


def gamma_never_written(g: Array, saved: Any) -> dict[str, Array]:
    dx = batch_norm.backward(g, saved)["x"]
    return {"x": dx, "gamma": np.zeros(g.shape[1], g.dtype), "beta": np.zeros(g.shape[1], g.dtype)}


def many_terms(g: Array, saved: Any) -> dict[str, Array]:
    terms = [g[:, k] for k in range(g.shape[1])]
    if len(terms) <= 4:
        return branch.backward(g, saved)
    out = np.zeros_like(terms[0])
    out += terms[0]
    for term in terms[1:]:
        out += out + term  # with grad_req=add, out += is out = out + (out + term)
    return {"x": out}


def over_g(g: Array, saved: Any) -> dict[str, Array]:
    g[...] = softmax.backward(g, saved)["x"]
    return {"x": g.copy()}


def keeping_x(
    x: Array,
    labels: Array,
    reduction: str = "mean",
    weight: tuple[float, ...] | None = None,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
) -> tuple[Array, Any]:
    y, saved = cross_entropy.forward(x, labels, reduction, weight, ignore_index, label_smoothing)
    return y, (x, saved)


def over_logits(g: Array, saved: Any) -> dict[str, Array]:
    x, inner = saved
    x[...] = cross_entropy.backward(g, inner)["x"]
    return {"x": x.copy()}


def rotated_in_place(
    x: Array, base: float = 10000.0, dims: int | None = None, pairing: str = "half", offset: int = 0
) -> tuple[Array, Any]:
    y, saved = rotary.forward(x, base, dims, pairing, offset)
    x[...] = y
    return x.copy(), saved


class StaticBuffer:
    """A captured graph: its gradients lie in buffers that the next call fills again."""

    def __init__(self) -> None:
        self.buffers: dict[Any, Array] = {}

    def backward(self, g: Array, saved: Any) -> dict[str, Array]:
        out = {}
        for a, v in dense.backward(g, saved).items():
            buffer = self.buffers.setdefault((a, v.shape, v.dtype), np.empty_like(v))
            buffer[...] = v
            out[a] = buffer
        return out
