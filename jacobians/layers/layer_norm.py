"""LayerNorm: y = gamma (x − μ)/√(σ² + eps) + beta.

Each row of x, made of the last axes, those that gamma and beta have, is normalised by its own mean μ and variance σ²
(the sum of squares divided by N, not by N − 1). eps stands inside the root, as in PyTorch, TensorFlow and Flax.

    x̂         = (x − μ) rstd         μ = Σ x/N,  σ² = Σ (x − μ)²/N,  rstd = 1/√(σ² + eps)   (1)
    y         = gamma x̂ + beta                                                     (2)
    L^x[i, j] = gamma[i] rstd (δ[i, j] − 1/N − x̂[i] x̂[j]/N)    i, j in one row, else 0   (3)

(3), computed as it stands, loses its digits where one entry of a row stands apart from all others; for N = 2, always.
With r[i, j], how far x̂[j] is from the mean of the row without entry i, none are lost. V[i] = Σ r[i, j]²/N over j ≠ i,
and t = eps rstd²:

    r[i, j]   = rstd Σ (x[j] − x[k])/(N − 1)               over k ≠ i               (4)
    L^x[i, i] =  gamma[i] rstd (t + V[i]) (N − 1)/N                                 (5)
    L^x[i, j] = −gamma[i] rstd (t + V[k] + x̂[k] r[k, l])/N   i ≠ j; k, l = i, j or j, i with |x̂[k]| ≥ |x̂[l]|   (6)
    L^gamma   : x̂ where entry i of y reads entry j of gamma, else 0                 (7)
    L^beta    : 1 where entry i of y reads entry j of beta, else 0                  (8)

BatchNorm, GroupNorm and InstanceNorm normalise other rows, and take from here what a row needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import in_slices, with_diagonal
from ..broadcasting import selection
from ..cut import Part, alike
from ..keeping import kept
from ..layer import Layer
from ..matrix import Matrix
from ..memory import require
from ..mistake import Mistake
from ..patterns import Pattern
from ..point import Point

Axes = tuple[int, ...]


class LayerNorm(Layer):
    eps: float = 1e-5

    theta = ("gamma", "beta")

    def forward(self, x: Any, gamma: Any, beta: Any) -> Any:
        return gamma * normalised(x, last(gamma), self.eps)[0] + beta  # (2)

    def L_x(self, x: Any, gamma: Any, beta: Any) -> Matrix:
        return L_of_rows(x, gamma, last(gamma), self.eps)  # (5) (6)

    def L_x_from_output(self, y: Any, x: Any, gamma: Any, beta: Any) -> Matrix:
        return usual_L_of_rows(x, gamma, last(gamma), self.eps)  # (3)

    def L_gamma(self, x: Any, gamma: Any, beta: Any) -> Matrix:
        return selection(x.shape, gamma, normalised(x, last(gamma), self.eps)[0])  # (7)

    def L_beta(self, x: Any, gamma: Any, beta: Any) -> Matrix:
        return selection(x.shape, beta)  # (8)

    def cut(self, rows: int, /, x: Any, gamma: Any, beta: Any) -> Iterator[Part]:
        return alike(rows, x.shape, x.ndim - gamma.ndim, x=x.shape)

    def mistakes(self, a: str, /, x: Any, gamma: Any, beta: Any) -> Iterator[Mistake]:
        yield from mistakes_in_rows(a, x, gamma, beta, last(gamma), self.eps)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, x: np.ndarray, axes: int = 1, **settings: float) -> Point:
            gamma, beta = rng.uniform(0.5, 2.0, x.shape[-axes:]), rng.standard_normal(x.shape[-axes:])
            return Point(cls(**settings), {"x": x, "gamma": gamma, "beta": beta}, name)

        yield point("typical", rng.standard_normal((n, n + 1)))
        yield point("one row of two axes, eps 1/4", rng.standard_normal((2, n)), 2, eps=0.25)
        yield point("far from zero", 1e3 + rng.standard_normal((2, n + 1)))
        yield point("variance near eps, and 0", near_eps(rng, 2, 4))
        yield point("rows of two", rng.standard_normal((3, 2)))
        yield point("one entry apart", one_apart(rng, 2, 5))
        yield Point(cls(), whole_numbers(rng, (3, 4), (4,)), "whole numbers")
        # rstd is 2: every order of computing is exact, and gives beta and 0
        yield Point(cls(eps=0.25), whole_numbers(rng, (3, 1), (1,)), "rows of one, whole numbers, eps 1/4")


def last(gamma: Any) -> Axes:
    """The axes of gamma, counted from x's end."""
    return tuple(range(-gamma.ndim, 0))


def normalised(x: Any, axes: Axes, eps: float) -> tuple[Any, Any]:
    """x̂ in the shape of x, and rstd, with the axes that are normalised over kept as 1."""
    d = x - x.mean(axis=axes, keepdims=True)
    rstd = 1.0 / np.sqrt((d * d).mean(axis=axes, keepdims=True) + eps)
    return d * rstd, rstd  # (1)


def in_rows(a: Any, shape: tuple[int, ...], axes: Axes) -> Any:
    """a, broadcast to x's shape, with what is normalised together in one row: [rows × N]."""
    a = np.moveaxis(np.broadcast_to(a, shape), axes, tuple(range(-len(axes), 0)))
    return a.reshape(-1, int(np.prod(a.shape[a.ndim - len(axes) :])))


def L_of_rows(x: Any, gamma: Any, axes: Axes, eps: float) -> Matrix:
    """L^x by (5) and (6); gamma in a shape that broadcasts to x's."""
    xhat, rstd = (in_rows(a, x.shape, axes) for a in normalised(x, axes, eps))
    N = xhat.shape[1]
    if N == 1:
        return _nowhere(x.size).fill(0.0 * x.reshape(-1)[:0])  # the mean is x itself: y = beta
    require((x.size, x.size), 8 * x.size * N, "block-diagonal", "take shorter rows")
    c = in_rows(gamma, x.shape, axes) * rstd / N
    r = apart_from_others(in_rows(x, x.shape, axes))
    W = rstd * rstd * (eps + np.einsum("rij,rij->ri", r, r) / N)  # t + V
    r *= (xhat * rstd)[:, :, None]
    r += W[:, :, None]
    away = np.abs(xhat)
    L = np.where(away[:, :, None] < away[:, None, :], r.transpose(0, 2, 1), r)
    L *= -c[:, :, None]
    return in_slices(with_diagonal(L, c * W * (N - 1.0)), x.shape, axes)


def apart_from_others(row: Any) -> Any:
    """r/rstd of rows [… × N], N > 1, [… × N × N], 0 where i = j.

    (4) in N² steps: r[i, j]/rstd = (x[j] − c) − Σ (x[k] − c)/(N − 1) over k ≠ i, for any c; no digits are lost to it
    where c is about in the middle of the row without entry i.
    """
    order, middle = np.argsort(row, axis=-1), row.shape[-1] // 2
    at, beside = order[..., middle, None], order[..., middle - 1, None]
    c = np.where(at == np.arange(row.shape[-1]), *(np.take_along_axis(row, k, -1) for k in (beside, at)))
    r = with_diagonal(row[..., None, :] - c[..., :, None], 0.0 * row)  # (4)
    r -= r.sum(axis=-1, keepdims=True) / (row.shape[-1] - 1.0)
    return with_diagonal(r, 0.0 * row)


def usual_L_of_rows(x: Any, gamma: Any, axes: Axes, eps: float) -> Matrix:
    """L^x by (3), as fast code has it from its stored x̂ and rstd."""
    xhat, rstd = (in_rows(a, x.shape, axes) for a in normalised(x, axes, eps))
    N = xhat.shape[1]
    inner = np.eye(N) - 1.0 / N - xhat[:, :, None] * xhat[:, None, :] / N
    return in_slices((in_rows(gamma, x.shape, axes) * rstd)[:, :, None] * inner, x.shape, axes)


def mistakes_in_rows(
    a: str, x: Any, gamma: Any, beta: Any, axes: Axes, eps: float, size: int | None = None
) -> Iterator[Mistake]:
    """What people get wrong in any layer that normalises rows; `size`: what they take N for."""
    xhat, rstd = normalised(x, axes, eps)
    d = x - x.mean(axis=axes, keepdims=True)
    std = np.sqrt((d * d).mean(axis=axes, keepdims=True))
    outside, outside_text = 1.0 / (std + eps), "it divides by σ + eps, not by √(σ² + eps)"
    if a == "gamma":
        sums = "it sums {}, not g x̂".format
        yield Mistake("x-for-xhat", sums("g x"), selection(x.shape, gamma, x))
        yield Mistake("y-for-xhat", sums("g y"), selection(x.shape, gamma, gamma * xhat + beta))
        yield Mistake("missing-rstd", sums("g (x − μ)"), selection(x.shape, gamma, d))
        yield Mistake("eps-outside-root", outside_text, selection(x.shape, gamma, d * outside))
    if a == "beta":
        yield Mistake("times-gamma", "it sums g gamma, not g", selection(x.shape, beta, gamma))
    if a != "x":
        return
    h, r, c, o, v = (in_rows(b, x.shape, axes)[:, :, None] for b in (xhat, rstd, gamma, outside, std))
    N = h.shape[1]
    one, mean, along = np.eye(N), 1.0 / N, h * h.transpose(0, 2, 1) / N
    cr = c * r

    def wrong(name: str, text: str, blocks: np.ndarray) -> Mistake:
        return Mistake(name, text, in_slices(blocks, x.shape, axes))

    yield wrong("missing-mean", "the term − mean(g gamma) is missing", cr * (one - along))
    yield wrong("missing-variance", "the term − x̂ mean(g gamma x̂) is missing", cr * (one - mean))
    yield wrong("frozen-statistics", "μ and σ are taken for constants: only g gamma rstd is left", cr * one)
    yield wrong("missing-gamma", "the factor gamma is missing", r * (one - mean - along))
    yield wrong("terms-without-gamma", "mean and variance terms have g for g gamma", cr * one - r * (mean + along))
    yield wrong("variance-without-gamma", "the variance term has g for g gamma", cr * (one - mean) - r * along)
    if any(gamma.shape[axis] > 1 for axis in axes):
        by_column = c.transpose(0, 2, 1)
        yield wrong("gamma-last", "gamma multiplies the result, not g", by_column * r * (one - mean - along))
    yield wrong("sum-for-mean", "the two terms have sums for means", cr * (one - 1.0 - N * along))
    yield wrong("missing-rstd", "the factor rstd is missing", c * (one - mean - along))
    if N > 1:
        unbiased = along * N / (N - 1)
        yield wrong("unbiased-variance", "the variance term is divided by N − 1", cr * (one - mean - unbiased))
    if size:
        of_size = (mean + along) * N / size
        yield wrong("wrong-size", "the means are divided by another number than N", cr * (one - of_size))
    yield wrong("eps-outside-root", outside_text, c * o * (one - mean - along * (o / r) ** 2))
    steeper = along / np.where(v > 0, v * r, 1.0)  # ½/σ for ½/√(σ² + eps)
    yield wrong("eps-not-in-derivative", "the derivative of the root is without eps", cr * (one - mean - steeper))


def near_eps(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Numbers whose square is about 1e−5; the first row all the same."""
    x = 3e-3 * rng.standard_normal(shape)
    return np.concatenate([np.full_like(x[:1], 0.002), x[1:]])


def whole_numbers(rng: np.random.Generator, x: tuple[int, ...], gamma: tuple[int, ...]) -> dict[str, np.ndarray]:
    """x, gamma and beta of these shapes, with zeros and ties."""
    shapes = {"x": x, "gamma": gamma, "beta": gamma}
    return {a: rng.integers(-2, 3, shape).astype(float) for a, shape in shapes.items()}


def one_apart(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Numbers near 0, but the first of each row far off, where x̂ is nearly √(N − 1)."""
    x = rng.standard_normal(shape)
    return np.concatenate([30.0 + x[..., :1], 1e-3 * x[..., 1:]], axis=-1)


@kept
def _nowhere(n: int) -> Pattern:
    """No place at all."""
    none = np.arange(0)
    return Pattern(none, none, (n, n))
