"""Softmax, log-softmax, log-sum-exp and cross entropy by algorithms that differ.

Two-pass, online (running maximum and sum), blocked, by the logarithm of the sum, from that logarithm saved, in place on
own buffers, with base-2 exponentials, with a reciprocal. `digits_cases`: x − log Σ exp x without the maximum taken off
first, and 2^(x log₂ e − m log₂ e), which round numbers as large as the offset of x.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..case import Case, Code, InFloat32
from ._make import SMALL, Array, each_format, in_float64, kahan, pairwise, sequential

LOG2_E = 1.4426950408889634
Rows = Callable[[Array], Array]  # from rows to rows


# -- the exponentials and their sum, each row by itself ----------------------------------------------------------------


def two_pass(x: Array) -> tuple[Array, Array, Array]:
    """The maximum; then exp(x − max) and its sum."""
    m = x.max(axis=-1, keepdims=True)
    e = np.exp(x - m)
    return e, e.sum(axis=-1, keepdims=True), m


def two_pass_sequential(x: Array) -> tuple[Array, Array, Array]:
    e, _, m = two_pass(x)
    return e, sequential(e)[..., None], m


def two_pass_pairwise(x: Array) -> tuple[Array, Array, Array]:
    e, _, m = two_pass(x)
    return e, pairwise(e)[..., None], m


def two_pass_kahan(x: Array) -> tuple[Array, Array, Array]:
    e, _, m = two_pass(x)
    return e, kahan(e)[..., None], m


def two_pass_float64_sum(x: Array) -> tuple[Array, Array, Array]:
    e, _, m = two_pass(x)
    return e, in_float64(e)[..., None], m


def online(x: Array) -> tuple[Array, Array, Array]:
    """One pass: what was summed is scaled down when a larger entry comes."""
    m, s = x[..., :1].copy(), np.ones_like(x[..., :1])
    for k in range(1, x.shape[-1]):
        new = np.maximum(m, x[..., k : k + 1])
        s = s * np.exp(m - new) + np.exp(x[..., k : k + 1] - new)
        m = new
    return np.exp(x - m), s, m


def online_in_blocks(x: Array) -> tuple[Array, Array, Array]:
    """The same, two entries at a time."""
    m, s = x[..., :2].max(axis=-1, keepdims=True), None
    for k in range(0, x.shape[-1], 2):
        block = x[..., k : k + 2]
        new = np.maximum(m, block.max(axis=-1, keepdims=True))
        part = np.exp(block - new).sum(axis=-1, keepdims=True)
        s = part if s is None else s * np.exp(m - new) + part
        m = new
    return np.exp(x - m), np.asarray(s), m


def merged(x: Array) -> tuple[Array, Array, Array]:
    """Two halves by themselves, then put together: split over workers."""
    n = x.shape[-1]
    if n < 2:
        return two_pass(x)
    (_, s, m), (_, t, l) = two_pass(x[..., : n // 2]), two_pass(x[..., n // 2 :])
    new = np.maximum(m, l)
    return np.exp(x - new), s * np.exp(m - new) + t * np.exp(l - new), new


def base_2(x: Array) -> tuple[Array, Array, Array]:
    """exp by 2^(z log₂ e), the maximum taken off first."""
    m = x.max(axis=-1, keepdims=True)
    e = np.exp2((x - m) * x.dtype.type(LOG2_E))
    return e, e.sum(axis=-1, keepdims=True), m


def base_2_scaled_first(x: Array) -> tuple[Array, Array, Array]:
    """2^(x log₂ e − m log₂ e) with two products: they round numbers as large as x."""
    c = x.dtype.type(LOG2_E)
    m = x.max(axis=-1, keepdims=True)
    e = np.exp2(x * c - m * c)
    return e, e.sum(axis=-1, keepdims=True), m


def base_2_fma(x: Array) -> tuple[Array, Array, Array]:
    """2^(x log₂ e − m log₂ e) as kernels have it: one fused multiply-add."""
    c = x.dtype.type(LOG2_E)
    m = x.max(axis=-1, keepdims=True)
    wide = np.longdouble
    e = np.exp2((x.astype(wide) * wide(c) - (m * c).astype(wide)).astype(x.dtype))
    return e, e.sum(axis=-1, keepdims=True), m


SUMS = {
    f.__name__: f
    for f in (
        two_pass, two_pass_sequential, two_pass_pairwise, two_pass_kahan, two_pass_float64_sum, online,
        online_in_blocks, merged, base_2,
    )
}  # fmt: skip


# -- softmax -----------------------------------------------------------------------------------------------------------


def divided(sums: Any) -> Rows:
    def rows(z: Array) -> Array:
        e, s, _ = sums(z)
        return e / s

    return rows


def by_reciprocal(sums: Any) -> Rows:
    def rows(z: Array) -> Array:
        e, s, _ = sums(z)
        return e * (1 / s)

    return rows


def by_log_of_sum(sums: Any) -> Rows:
    """exp((x − max) − log Σ)."""

    def rows(z: Array) -> Array:
        _, s, m = sums(z)
        return np.exp((z - m) - np.log(s))

    return rows


def from_lse(sums: Any) -> Rows:
    """exp(x − lse), lse = max + log Σ as FlashAttention keeps it."""

    def rows(z: Array) -> Array:
        _, s, m = sums(z)
        return np.exp(z - (m + np.log(s)))

    return rows


def in_place(z: Array) -> Array:
    """Every step in one buffer of its own."""
    out = z.copy()
    out -= out.max(axis=-1, keepdims=True)
    np.exp(out, out=out)
    out /= out.sum(axis=-1, keepdims=True)
    return out


def back_two_terms(y: Array, g: Array) -> Array:
    return y * g - y * (g * y).sum(axis=-1, keepdims=True)


def back_in_place(y: Array, g: Array) -> Array:
    out = g * y
    out -= y * out.sum(axis=-1, keepdims=True)
    return out


def back_factored(y: Array, g: Array) -> Array:
    return y * (g - np.einsum("...k,...k->...", g, y)[..., None])


def back_matrix(y: Array, g: Array) -> Array:
    """(diag(y) − y yᵀ) g, the Jacobian built and multiplied."""
    J = np.eye(y.shape[-1], dtype=y.dtype) * y[..., None] - y[..., :, None] * y[..., None, :]
    return (J @ g[..., None])[..., 0]


def back_sequential(y: Array, g: Array) -> Array:
    return y * (g - sequential(g * y)[..., None])


def softmax(rows: Rows, back: Any, reciprocal: bool = False) -> tuple[Any, Any]:
    """forward and backward from what happens to rows."""

    def forward(x: Array, axis: int = -1, temperature: float = 1.0) -> Any:
        axis = axis + 1 if axis >= 0 else axis
        z = np.moveaxis(x, axis, -1)
        y = rows(z * x.dtype.type(1 / temperature) if reciprocal else z / x.dtype.type(temperature))
        return np.ascontiguousarray(np.moveaxis(y, -1, axis)), (y, axis, temperature)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        y, axis, temperature = saved
        dx = back(y, np.moveaxis(g, axis, -1)) / g.dtype.type(temperature)
        return {"x": np.ascontiguousarray(np.moveaxis(dx, -1, axis))}

    return forward, backward


def recomputing(rows: Rows) -> tuple[Any, Any]:
    """Only x is saved; backward computes y again."""

    def forward(x: Array, axis: int = -1, temperature: float = 1.0) -> Any:
        axis = axis + 1 if axis >= 0 else axis
        kept = np.moveaxis(x, axis, -1) / x.dtype.type(temperature)
        return np.ascontiguousarray(np.moveaxis(rows(kept), -1, axis)), (kept, axis, temperature)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        z, axis, temperature = saved
        dx = back_two_terms(rows(z), np.moveaxis(g, axis, -1)) / g.dtype.type(temperature)
        return {"x": np.ascontiguousarray(np.moveaxis(dx, -1, axis))}

    return forward, backward


# -- log-softmax, log-sum-exp, cross entropy ---------------------------------------------------------------------------


def log_softmax(sums: Any, from_exponentials: bool) -> tuple[Any, Any]:
    """y = (x − max) − log Σ; backward from exp(y), or from the softmax kept beside it."""

    def forward(x: Array, axis: int = -1, temperature: float = 1.0) -> Any:
        axis = axis + 1 if axis >= 0 else axis
        z = np.moveaxis(x, axis, -1) / x.dtype.type(temperature)
        e, s, m = sums(z)
        y = (z - m) - np.log(s)
        return np.ascontiguousarray(np.moveaxis(y, -1, axis)), (e / s if from_exponentials else y, axis, temperature)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        kept, axis, temperature = saved
        p, g = kept if from_exponentials else np.exp(kept), np.moveaxis(g, axis, -1)
        dx = (g - p * g.sum(axis=-1, keepdims=True)) / g.dtype.type(temperature)
        return {"x": np.ascontiguousarray(np.moveaxis(dx, -1, axis))}

    return forward, backward


def logsumexp(sums: Any, from_lse: bool) -> tuple[Any, Any]:
    """y = max + log Σ; backward from the softmax, or from exp(x − y)."""

    def forward(x: Array, axis: int | None = None) -> Any:
        rows = x.reshape(len(x), -1) if axis is None else np.moveaxis(x, range(x.ndim)[1:][axis], -1)
        e, s, m = sums(rows)
        y = (m + np.log(s))[..., 0]
        return y, (np.exp(rows - y[..., None]) if from_lse else e / s, x.shape, axis)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        p, shape, axis = saved
        dx = g[..., None] * p
        if axis is None:
            return {"x": dx.reshape(shape)}
        return {"x": np.ascontiguousarray(np.moveaxis(dx, -1, range(len(shape))[1:][axis]))}

    return forward, backward


def cross_entropy(sums: Any, one_hot: bool, pick: bool) -> tuple[Any, Any]:
    """−w log p at the label, for hard labels without smoothing.

    Args:
        one_hot: backward subtracts a one-hot matrix; else 1 at the label, in place.
        pick: forward picks x at the label, then subtracts the logarithm; else a sum with the one-hot matrix.
    """

    def forward(x: Array, labels: Array, reduction: str = "mean", weight: Any = None, ignore_index: int = -100) -> Any:
        kept = labels != ignore_index
        c = np.where(kept, labels, 0)
        w = np.ones(x.shape[1], x.dtype) if weight is None else np.array(weight, x.dtype)
        share = w[c] * kept
        z = np.moveaxis(x, 1, -1)
        e, s, m = sums(z)
        hot = (c[..., None] == np.arange(x.shape[1])).astype(x.dtype)
        if pick:
            loss = np.log(s[..., 0]) - (np.take_along_axis(z, c[..., None], -1) - m)[..., 0]
        else:
            loss = -(hot * ((z - m) - np.log(s))).sum(axis=-1)
        J, total = loss * share, share.sum() if reduction == "mean" else x.dtype.type(1)
        y = J if reduction == "none" else np.asarray(J.sum() / total)
        return y, (e, s, c, hot, share, total)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        e, s, c, hot, share, total = saved
        p = e / s
        if one_hot:
            d = p - hot
        else:
            d = p.copy()
            np.put_along_axis(d, c[..., None], np.take_along_axis(d, c[..., None], -1) - 1, -1)
        dx = d * (g / total * share)[..., None]
        return {"x": np.ascontiguousarray(np.moveaxis(dx, -1, 1))}

    return forward, backward


BACKWARDS = {f.__name__: f for f in (back_two_terms, back_in_place, back_factored, back_matrix, back_sequential)}


def cases() -> list[Case]:
    found: list[Case] = []
    for name, sums in SUMS.items():
        found += each_format(f"softmax/{name}", "softmax", *softmax(divided(sums), back_factored))
        found += each_format(f"log_softmax/{name}", "log_softmax", *log_softmax(sums, False))
        found += each_format(f"cross_entropy/{name}", "cross_entropy", *cross_entropy(sums, True, True))
        found += each_format(f"logsumexp/{name}", "logsumexp", *logsumexp(sums, False))
    for name, back in BACKWARDS.items():
        found += each_format(f"softmax/two-pass, {name}", "softmax", *softmax(divided(two_pass), back))
    found += each_format("softmax/in place", "softmax", *softmax(in_place, back_in_place), throughout=True)
    found += each_format(
        "softmax/by the reciprocal of the sum", "softmax", *softmax(by_reciprocal(two_pass), back_factored, True)
    )
    found += each_format(
        "softmax/by the logarithm of the sum", "softmax", *softmax(by_log_of_sum(two_pass), back_factored)
    )
    found += each_format("softmax/computed again", "softmax", *recomputing(divided(online)))
    found += each_format(
        "softmax/2^(x log₂ e − m log₂ e), fused", "softmax", *softmax(divided(base_2_fma), back_factored)
    )
    found += each_format("logsumexp/exp(x − y)", "logsumexp", *logsumexp(two_pass, True))
    for name, rows in (("exp(x − lse)", from_lse(two_pass)), ("base 2, two products", divided(base_2_scaled_first))):
        # their loss shows in float64 and float32 only: see digits_cases
        found.append(
            Case(
                f"softmax/{name}, float32 inside",
                "softmax",
                InFloat32(Code(*softmax(rows, back_factored))),
                True,
                SMALL,
            )
        )
    found += each_format("log_softmax/softmax kept", "log_softmax", *log_softmax(two_pass, True))
    found += each_format("cross_entropy/1 at the label", "cross_entropy", *cross_entropy(two_pass, False, True))
    found += each_format("cross_entropy/one-hot sums", "cross_entropy", *cross_entropy(two_pass, True, False))
    return found


def digits_cases() -> list[Case]:
    """Right formulas that round numbers as large as the offset of x: FAIL, as "loses-digits"."""
    lose = {
        "exp(x − lse)": softmax(from_lse(two_pass), back_factored),
        "2^(x log₂ e − m log₂ e) with two products": softmax(divided(base_2_scaled_first), back_factored),
    }
    return [
        Case(f"softmax/{name}", "softmax", Code(*code), True, ("float64", "float32"), ("loses-digits",))
        for name, code in lose.items()
    ]
