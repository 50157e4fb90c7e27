"""Family D of real_bugs.csv: attention, linear attention, rotary embedding, gates."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference import attention, linear_attention, rotary, softmax

from ..case import Case
from ._case import Array, wrong

TILE = 4  # rows that a block of the ragged kernel has; 128 there


def cases() -> list[Case]:
    return [
        wrong(53, "dv is written with the stride of k", "attention", dv_with_stride_of_k, "stride-of-another-array"),
        wrong(
            56,
            "the key of compiled kernels leaves a setting out",
            "softmax",
            softmax.backward,
            "missing-temperature",
            forward=Compiled().forward,
        ),
        wrong(58, "rows that see no key give NaN", "attention", nan_rows, "finite", forward=keeping_mask),
        wrong(60, "rows past the end of a block are not masked", "attention", ragged_tail, "examples-mixed"),
        wrong(
            64,
            "backward masks causally where forward does not",
            "attention",
            always_causal,
            "causal-where-not",
            forward=keeping_mask,
        ),
        wrong(
            70, "the gate's gradient is written at another offset", "glu", gate_offset, "gate-at-the-place-of-the-value"
        ),
        wrong(
            71, "dk ignores the path through the normaliser", "linear_attention", frozen_normaliser, "frozen-normaliser"
        ),
        wrong(
            72,
            "dk is assigned only where an optional input is given",
            "attention",
            assigned_if_capped,
            "finite",
            "repeatable",
            forward=keeping_softcap,
        ),
        wrong(78, "rotate_half(g) sin, not its transpose", "rotary", not_transposed, "rotate-half-not-transposed"),
        wrong(80, "no backward is registered", "rotary", lambda g, saved: {}, "missing"),
    ]


def dv_with_stride_of_k(g: Array, saved: Any) -> dict[str, Array]:
    right, k, v = attention.backward(g, saved), saved[1], saved[2]
    return right | {"v": np.stack([stored(dv, k.shape[2]) for dv in right["v"]]).reshape(v.shape)}


def stored(rows: Array, stride: int) -> Array:
    """The rows written into a buffer of their own size, each `stride` entries after the one before."""
    buffer = np.zeros(rows.size, rows.dtype)
    for s, row in enumerate(rows):
        part = buffer[s * stride : s * stride + len(row)]
        part[...] = row[: len(part)]
    return buffer


class Compiled:
    """A cache of kernels whose key is the type alone: the first temperature stays in the kernel."""

    def __init__(self) -> None:
        self.temperature: dict[Any, float] = {}

    def forward(self, x: Array, axis: int = -1, temperature: float = 1.0) -> tuple[Array, Any]:
        compiled_in = self.temperature.setdefault(x.dtype, temperature)
        y, (_, axis, _) = softmax.forward(x, axis, temperature)
        return y, (y, axis, compiled_in)


def keeping_mask(
    q: Array, k: Array, v: Array, causal: str | None = None, scale: float | None = None, softcap: float | None = None
) -> tuple[Array, Any]:
    """The twin's forward, and the logarithm of each row's sum for a backward that computes p again."""
    y, saved = attention.forward(q, k, v, causal, scale, softcap)
    T, S = q.shape[1], k.shape[1]
    z = q @ k.swapaxes(1, 2) * saved[-1]
    if softcap is not None:
        z = softcap * np.tanh(z / softcap)
    behind = S - T if causal == "end" else 0
    seen = np.arange(S) <= np.arange(T)[:, None] + behind if causal else np.ones((T, S), bool)
    z = np.where(seen, z, -np.inf)
    top = z.max(axis=2, keepdims=True)
    total = np.exp(z - np.where(np.isfinite(top), top, 0)).sum(axis=2, keepdims=True)
    return y, (saved, z, top + np.log(total), causal)


def with_weights(g: Array, p: Array, saved: Any) -> dict[str, Array]:
    q, k, v, _, y, slope, scale = saved
    dz = p * (g @ v.swapaxes(1, 2) - (g * y).sum(axis=2, keepdims=True)) * slope * scale
    return {"q": dz @ k, "k": dz.swapaxes(1, 2) @ q, "v": p.swapaxes(1, 2) @ g}


def nan_rows(g: Array, saved: Any) -> dict[str, Array]:
    inner, z, lse, _ = saved
    return with_weights(g, np.exp(z - lse), inner)  # −∞ − (−∞) where a row sees nothing


def always_causal(g: Array, saved: Any) -> dict[str, Array]:
    inner, z, lse, causal = saved
    p = inner[3]
    return with_weights(g, p if causal else p * np.tri(p.shape[1], p.shape[2], dtype=bool), inner)


def ragged_tail(g: Array, saved: Any) -> dict[str, Array]:
    """The last block of queries reads on into the next example's rows; its scores are not masked."""
    q, k, v, p, y, slope, scale = saved
    right = attention.backward(g, saved)
    T = q.shape[1]
    past = -T % TILE
    if past:
        for n in range(len(q) - 1):
            tail = slice(0, min(past, T))  # the rows of the next example that lie in the block
            w = np.exp(np.minimum(q[n + 1, tail] @ k[n].T * scale, 0))
            right["v"][n] += w.T @ g[n + 1, tail]
    return right


def gate_offset(g: Array, saved: Any) -> dict[str, Array]:
    y, _, one_minus_s, axis = saved
    gate = g * (y * one_minus_s)
    dx = np.zeros_like(np.concatenate([gate, gate], axis=axis))
    dx[tuple(slice(n) for n in g.shape)] = gate  # its pointer is the value's: the value's gradient is overwritten
    return {"x": dx}


def frozen_normaliser(g: Array, saved: Any) -> dict[str, Array]:
    q, k, v, of_q, of_k, A, a, n, y, first = saved
    right, h = linear_attention.backward(g, saved), g / n
    backwards = q.shape[1] - first
    B = linear_attention.sums_before((of_q[..., :, None] * h[..., None, :])[:, ::-1], backwards)
    return right | {"k": linear_attention.slope(k) * (B @ v[..., None])[..., 0]}  # right: − Σ c φ(q)


def keeping_softcap(
    q: Array, k: Array, v: Array, causal: str | None = None, scale: float | None = None, softcap: float | None = None
) -> tuple[Array, Any]:
    y, saved = attention.forward(q, k, v, causal, scale, softcap)
    return y, (saved, softcap)


def assigned_if_capped(g: Array, saved: Any) -> dict[str, Array]:
    inner, softcap = saved
    dk = np.empty_like(inner[1])
    right = attention.backward(g, inner)
    if softcap is not None:
        dk = right["k"]
    return right | {"k": dk}


def not_transposed(g: Array, saved: Any) -> dict[str, Array]:
    cos, sin, pairing = saved
    return {"x": rotary.turned(g, cos, sin, pairing)}
