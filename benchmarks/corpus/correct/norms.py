"""Normalisations: every way to the mean and variance, times every arrangement of the gradient.

Statistics two-pass, by Welford, merged from halves (Chan), one-pass from the first entry on; x̂ saved or computed again;
dx as a difference of means, with N taken out, in the stages of CS231n, projected twice. x̂ as x rstd − μ rstd, and dx as
rstd d + b x + c. `digits_cases`: the one-pass variance E[x²] − E[x]², a right formula that cancels far from zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..case import Case, Code
from ._make import Array, each_format, kahan, sequential

# -- mean and variance of each row -------------------------------------------------------------------------------------


def two_pass(z: Array) -> tuple[Array, Array]:
    mean = z.mean(axis=1, keepdims=True)
    return mean, np.square(z - mean).mean(axis=1, keepdims=True)


def two_pass_sequential(z: Array) -> tuple[Array, Array]:
    n = z.shape[1]
    mean = sequential(z)[:, None] / n
    return mean, sequential((z - mean) ** 2)[:, None] / n


def two_pass_kahan(z: Array) -> tuple[Array, Array]:
    n = z.shape[1]
    mean = kahan(z)[:, None] / n
    return mean, kahan((z - mean) ** 2)[:, None] / n


def corrected_two_pass(z: Array) -> tuple[Array, Array]:
    """What the rounding of the mean put in is taken out again."""
    n = z.shape[1]
    mean = z.sum(axis=1, keepdims=True) / n
    d = z - mean
    rest = d.sum(axis=1, keepdims=True) / n
    return mean + rest, np.square(d).sum(axis=1, keepdims=True) / n - rest * rest


def welford(z: Array) -> tuple[Array, Array]:
    """One pass: the mean and the sum of squares about it, updated entry by entry."""
    mean, squares = np.zeros_like(z[:, :1]), np.zeros_like(z[:, :1])
    for k in range(z.shape[1]):
        d = z[:, k : k + 1] - mean
        mean = mean + d / (k + 1)
        squares = squares + d * (z[:, k : k + 1] - mean)
    return mean, squares / z.shape[1]


def halves(z: Array) -> tuple[Array, Array]:
    """Chan, Golub and LeVeque: statistics of halves, put together."""

    def statistics(part: Array) -> tuple[int, Array, Array]:
        n = part.shape[1]
        if n <= 1:
            return n, part.copy(), np.zeros_like(part)
        a, mean_a, squares_a = statistics(part[:, : n // 2])
        b, mean_b, squares_b = statistics(part[:, n // 2 :])
        d = mean_b - mean_a
        return n, mean_a + d * part.dtype.type(b / n), squares_a + squares_b + d * d * part.dtype.type(a * b / n)

    n, mean, squares = statistics(z)
    return mean, squares / n


def from_the_first(z: Array) -> tuple[Array, Array]:
    """One pass, with each row's first entry taken off: E[d²] − E[d]² of d = z − z[0]."""
    d = z - z[:, :1]
    mean = d.mean(axis=1, keepdims=True)
    return z[:, :1] + mean, np.square(d).mean(axis=1, keepdims=True) - mean * mean


def in_float64(z: Array) -> tuple[Array, Array]:
    mean, variance = two_pass(z.astype(np.float64))
    return mean.astype(z.dtype), variance.astype(z.dtype)


def one_pass(z: Array) -> tuple[Array, Array]:
    """E[x²] − E[x]²: it cancels where the mean is large against the deviation."""
    mean = z.mean(axis=1, keepdims=True)
    return mean, np.maximum(np.square(z).mean(axis=1, keepdims=True) - mean * mean, 0)


def one_pass_in_float64(z: Array) -> tuple[Array, Array]:
    mean, variance = one_pass(z.astype(np.float64))
    return mean.astype(z.dtype), variance.astype(z.dtype)


STATISTICS = {
    f.__name__: f for f in (two_pass, two_pass_sequential, two_pass_kahan, corrected_two_pass, welford, halves)
}


# -- the gradient of each row, from d = g gamma ------------------------------------------------------------------------


@dataclass
class Row:
    """What forward may keep of rows."""

    z: Array
    mean: Array
    rstd: Array
    xhat: Array


def by_means(d: Array, r: Row) -> Array:
    return r.rstd * (d - d.mean(axis=1, keepdims=True) - r.xhat * (d * r.xhat).mean(axis=1, keepdims=True))


def n_taken_out(d: Array, r: Row) -> Array:
    n = d.shape[1]
    sums = d.sum(axis=1, keepdims=True), (d * r.xhat).sum(axis=1, keepdims=True)
    return (n * d - sums[0] - r.xhat * sums[1]) * (r.rstd / n)


def in_stages(d: Array, r: Row) -> Array:
    """Through the variance and the mean, as in the paper of batch normalisation and in CS231n."""
    n, centred = d.shape[1], r.z - r.mean
    dvar = (d * centred).sum(axis=1, keepdims=True) * (r.rstd**3 / -2)
    dmean = -(d * r.rstd).sum(axis=1, keepdims=True) + dvar * (-2 * centred).mean(axis=1, keepdims=True)
    return d * r.rstd + dvar * 2 * centred / n + dmean / n


def in_stages_short(d: Array, r: Row) -> Array:
    """The same without the term of the mean that is 0."""
    n, centred = d.shape[1], r.z - r.mean
    dvar = (d * centred).sum(axis=1, keepdims=True) * (r.rstd * r.rstd * r.rstd / -2)
    dmean = -r.rstd * d.sum(axis=1, keepdims=True)
    return d * r.rstd + centred * (dvar * (2 / n)).astype(d.dtype) + dmean / n


def projected_twice(d: Array, r: Row) -> Array:
    """First off the direction of ones, then off that of x̂."""
    d = d - d.mean(axis=1, keepdims=True)
    return r.rstd * (d - r.xhat * (d * r.xhat).mean(axis=1, keepdims=True))


def computed_again(d: Array, r: Row) -> Array:
    """x̂ from x, μ and rstd, as where it is not saved."""
    xhat = (r.z - r.mean) * r.rstd
    return by_means(d, Row(r.z, r.mean, r.rstd, xhat))


def scaled_first(d: Array, r: Row) -> Array:
    """rstd goes into every term."""
    a, b = d * r.rstd, r.xhat * r.rstd
    return a - a.mean(axis=1, keepdims=True) - b * (d * r.xhat).mean(axis=1, keepdims=True)


def affine_in_x(d: Array, r: Row) -> Array:
    """rstd d + b x + c, b and c from Σ d x and Σ d, as in PyTorch's CPU kernels: b x and c cancel far from zero."""
    n = d.shape[1]
    ds, db = (d * r.z).sum(axis=1, keepdims=True), d.sum(axis=1, keepdims=True)
    b = (db * r.mean - ds) * r.rstd**3 / n
    c = -b * r.mean - db * r.rstd / n
    return r.rstd * d + b * r.z + c


GRADIENTS = {
    f.__name__: f
    for f in (by_means, n_taken_out, in_stages, in_stages_short, projected_twice, computed_again, scaled_first)
}


# -- layers as rows ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Layout:
    """How a layer lays its entries out in rows, one a mean; gamma and beta go to entries, and entries to their sums."""

    rows: Callable[[Array], Array]
    back: Callable[[Array], Array]
    spread: Callable[[Array], Array]
    collect: Callable[[Array], Array]


def of_layer(x: Array, gamma: Array, groups: int) -> Layout:
    size = gamma.size
    shape, count = x.shape, x.size // max(size, 1)
    return Layout(
        lambda a: a.reshape(count, size), lambda z: z.reshape(shape),
        lambda p: np.broadcast_to(p.ravel(), (count, size)), lambda z: z.sum(axis=0).reshape(gamma.shape),
    )  # fmt: skip


def of_batch(x: Array, gamma: Array, groups: int) -> Layout:
    C, turned = x.shape[1], np.moveaxis(x, 1, 0).shape
    size = x.size // C
    return Layout(
        lambda a: np.ascontiguousarray(np.moveaxis(a, 1, 0)).reshape(C, size),
        lambda z: np.ascontiguousarray(np.moveaxis(z.reshape(turned), 0, 1)),
        lambda p: np.broadcast_to(p[:, None], (C, size)), lambda z: z.sum(axis=1),
    )  # fmt: skip


def of_group(x: Array, gamma: Array, groups: int) -> Layout:
    B, C, S = len(x), x.shape[1], math.prod(x.shape[2:])
    groups = groups or C
    rows = (B * groups, C // groups * S)
    return Layout(
        lambda a: a.reshape(rows), lambda z: z.reshape(x.shape),
        lambda p: np.broadcast_to(p[:, None], (B, C, S)).reshape(rows), lambda z: z.reshape(B, C, S).sum(axis=(0, 2)),
    )  # fmt: skip


def norm(layout: Any, statistics: Any, gradient: Any, divide: bool = False, fused: bool = False) -> Any:
    """A norm's forward and backward.

    Args:
        divide: x̂ as a quotient by the deviation, not a product with its reciprocal.
        fused: x̂ as x rstd − μ rstd.
    """

    def run(x: Array, gamma: Array, beta: Array, groups: int, eps: float) -> Any:
        rows = layout(x, gamma, groups)
        z = rows.rows(x)
        mean, variance = statistics(z)
        std = np.sqrt(variance + x.dtype.type(eps))
        rstd = 1 / std
        xhat = z * rstd - mean * rstd if fused else (z - mean) / std if divide else (z - mean) * rstd
        y = rows.spread(gamma) * xhat + rows.spread(beta)
        return rows.back(y), (rows, Row(z.copy(), mean, rstd, xhat), gamma)

    def forward(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Any:
        return run(x, gamma, beta, 0, eps)

    def grouped(x: Array, gamma: Array, beta: Array, groups: int = 32, eps: float = 1e-5) -> Any:
        return run(x, gamma, beta, groups, eps)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        rows, row, gamma = saved
        g = rows.rows(g)
        dx = gradient(g * rows.spread(gamma), row)
        return {"x": rows.back(dx), "gamma": rows.collect(g * row.xhat), "beta": rows.collect(g)}

    return forward, grouped, backward


LAYOUTS = {"layer_norm": of_layer, "batch_norm": of_batch, "group_norm": of_group, "instance_norm": of_group}


def norm_cases(name: str, layer: str, *how: Any, **more: Any) -> list[Case]:
    forward, grouped, backward = norm(LAYOUTS[layer], *how, **more)
    return each_format(f"{layer}/{name}", layer, grouped if layer == "group_norm" else forward, backward)


# -- without a mean ----------------------------------------------------------------------------------------------------


def rms_norm(total: Any, arrangement: str) -> tuple[Any, Any]:
    def forward(x: Array, gamma: Array, eps: float = 1e-6) -> Any:
        n = gamma.size
        z = x.reshape(-1, n)
        rstd = 1 / np.sqrt(total(z * z)[:, None] / n + x.dtype.type(eps))
        return (z * rstd * gamma.ravel()).reshape(x.shape), (z.copy(), rstd, gamma)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        z, rstd, gamma = saved
        shape, n = g.shape, gamma.size
        g = g.reshape(z.shape)
        d = g * gamma.ravel()
        if arrangement == "means":
            xhat = z * rstd
            dx = rstd * (d - xhat * (total(d * xhat)[:, None] / n))
        elif arrangement == "cube":
            dx = rstd * d - z * (rstd**3 * total(d * z)[:, None] / n)
        else:
            dx = (n * d - (z * rstd) * total(d * z * rstd)[:, None]) * rstd / n
        return {"x": dx.reshape(shape), "gamma": total((g * z * rstd).T).reshape(gamma.shape)}

    return forward, backward


def l2_normalize(total: Any, arrangement: str) -> tuple[Any, Any]:
    def forward(x: Array, axis: int = -1, eps: float = 1e-12, at_eps: float = 1.0) -> Any:
        axis = axis + 1 if axis >= 0 else axis
        z = np.moveaxis(x, axis, -1)
        norm = np.sqrt(total(z * z))[..., None]
        n = np.maximum(norm, x.dtype.type(eps))
        gate = np.where(norm > n.dtype.type(eps), 1, np.where(norm == n.dtype.type(eps), at_eps, 0)).astype(x.dtype)
        y = z * (1 / n) if arrangement == "reciprocal" else z / n
        return np.ascontiguousarray(np.moveaxis(y, -1, axis)), (z.copy(), y.copy(), n, gate, axis)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        z, y, n, gate, axis = saved
        g = np.moveaxis(g, axis, -1)
        if arrangement == "of x":
            dx = g / n - gate * z * (total(g * z)[..., None] / (n * n * n))
        else:
            dx = (g - gate * y * total(g * y)[..., None]) / n
        return {"x": np.ascontiguousarray(np.moveaxis(dx, -1, axis))}

    return forward, backward


TWO = ("layer_norm", "batch_norm", "group_norm", "instance_norm")


def cases() -> list[Case]:
    found: list[Case] = []
    for layer in TWO:
        for name, statistics in (STATISTICS | {"in_float64": in_float64}).items():
            found += norm_cases(name, layer, statistics, by_means)
        for name, gradient in GRADIENTS.items():
            found += norm_cases(name, layer, two_pass, gradient)
        # in float64 a wider accumulator is none: there it is the one-pass variance itself
        wider = norm_cases("E[x²] − E[x]² in float64", layer, one_pass_in_float64, by_means)
        found += [replace(case, formats=tuple(f for f in case.formats if f != "float64")) for case in wider]
        found += norm_cases("one pass from the first entry", layer, from_the_first, by_means)
        found += norm_cases("x rstd − μ rstd", layer, two_pass, by_means, fused=True)
        found += norm_cases("rstd d + b x + c", layer, two_pass, affine_in_x)
        found += norm_cases("divided by the deviation", layer, two_pass, by_means, divide=True)
    for name, total in {"sequential": sequential, "Kahan": kahan, "NumPy": lambda a: a.sum(axis=-1)}.items():
        for arrangement in ("means", "cube", "n taken out"):
            found += each_format(f"rms_norm/{name}, {arrangement}", "rms_norm", *rms_norm(total, arrangement))
        for arrangement in ("of y", "of x", "reciprocal"):
            found += each_format(
                f"l2_normalize/{name}, {arrangement}", "l2_normalize", *l2_normalize(total, arrangement)
            )
    return found


def digits_cases() -> list[Case]:
    """FAIL, as "loses-digits", at large offsets."""
    found: list[Case] = []
    for layer in TWO:
        forward, grouped, backward = norm(LAYOUTS[layer], one_pass, by_means)
        code = Code(grouped if layer == "group_norm" else forward, backward)
        found.append(Case(f"{layer}/E[x²] − E[x]²", layer, code, True, ("float64", "float32"), ("loses-digits",)))
    return found
