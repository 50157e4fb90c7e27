"""UpsampleBilinear: y[c, o] = Σ w[o, j] x[c, j], w the product of (1 − |s[o] − j|)₊ along both axes.

x [C, H, W] is resized to `size`, or to ⌊scale · H⌋ by ⌊scale · W⌋ where that is None. As PyTorch has it, place o of the
output lies along an axis of N places (to be M) at the position s of the input, between two neighbours, i and i + 1:

    s[o] = (o + ½) r − ½, or 0 where that is below 0;    r = N/M, or 1/scale where that is given   (1)
    s[o] = o (N − 1)/(M − 1)            with align_corners: the corners lie on the corners         (2)
    λ[o] = s[o] − i[o]                  i = ⌊s⌋                                                    (3)
    y[o] = (1 − λ) x[i] + λ x[i + 1]    along the one axis, then the other; x[N] stands for x[N − 1]   (4)
    L^x[co, cj] = w₁ w₂                 w = 1 − λ for j = i, λ for j = i + 1 (their sum for j = N − 1)  (5)

L^x has λ as a fraction of whole numbers, rounded once. Code commonly takes it as (3) says, from a rounded s: where N is
large and λ small it has lost digits, which L_x_from_output (here: from the positions) accounts for.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from ..geometry import Each, in_arithmetic_of, last_written, resized
from ..keeping import kept
from ..kinds import where
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..patterns import Pattern
from ..point import Point

Axis = tuple[int, int, Fraction, bool]  # N, M, r, and whether s = o r is to be taken: (2)


class UpsampleBilinear(Layer):
    size: Each | None = None
    scale: float | tuple[float, ...] = 2
    align_corners: bool = False

    def forward(self, x: Any) -> Any:
        rows, columns = self._axes(x)
        (i, j, weight) = (*_neighbours(rows), _computed(x, rows)[:, None])
        x = (1.0 - weight) * x[..., i, :] + weight * x[..., j, :]
        (i, j, weight) = (*_neighbours(columns), _computed(x, columns))
        return (1.0 - weight) * x[..., i] + weight * x[..., j]  # (4)

    def L_x(self, x: Any) -> Matrix:
        axes = self._axes(x)
        return _matrix(x, axes, [tuple(in_arithmetic_of(x, w) for w in _exact(axis)[1:]) for axis in axes])

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        axes, weights = self._axes(x), list[tuple[Any, Any]]()
        for axis in axes:
            i, j = _neighbours(axis)
            weight = _computed(x, axis)
            weights.append((1.0 - weight + where(i == j, weight, 0.0), weight))
        return _matrix(x, axes, weights)

    def _axes(self, x: Any) -> list[Axis]:
        out, ratios = resized(x.shape[-2:], self.size, self.scale)
        if self.align_corners:
            ratios = tuple(Fraction(n - 1, max(m - 1, 1)) for n, m in zip(x.shape[-2:], out, strict=True))
        return [(n, m, r, self.align_corners) for n, m, r in zip(x.shape[-2:], out, ratios, strict=True)]

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        def wrong(axes: list[Axis]) -> Matrix:
            return _matrix(x, axes, [_exact(axis)[1:] for axis in axes])

        axes = self._axes(x)
        (_, _, r, _), (n, m, _, aligned) = axes
        text = "where several places read one, the last is assigned and not all are added"
        yield Mistake("assigned-not-added", text, last_written(self.L_x(x)))
        text = "the position is taken as o N/M: neither corners nor centres are laid on one another"
        yield Mistake("ratio-alone", text, wrong([(n, m, Fraction(n, m), True) for n, m, _, _ in axes]))
        if self.align_corners:
            text = "the position is taken as o N/M, and should be o (N − 1)/(M − 1), which lays corners on corners"
            yield Mistake("ratio-of-centres", text, wrong([(n, m, Fraction(n, m), True) for n, m, _, _ in axes]))
        other = type(self)(self.size, self.scale, not self.align_corners)
        text = f"it has align_corners={not self.align_corners}"
        yield Mistake("other-alignment", text, wrong(other._axes(x)))
        text = "it uses the ratio of the heights for the width too"
        yield Mistake("height-for-width", text, wrong([axes[0], (n, m, r, aligned)]))
        text = "the neighbour before has the whole gradient, as in nearest"
        alone = [(np.ones(m), np.zeros(m)) for _, m, _, _ in axes]
        yield Mistake("one-neighbour", text, _matrix(x, axes, alone))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], **settings: Any) -> Point:
            return Point(cls(**settings), {"x": rng.standard_normal(shape)}, name)

        yield point("typical", (2, 2, n), size=(5, n + 1))
        yield point("typical, aligned corners", (2, 2, n), size=(5, n + 1), align_corners=True)
        yield point("library defaults", (1, 2, 3))
        yield point("a scale that leaves a rest", (2, 3, 5), scale=(1.5, 0.7))
        yield point("shrunk", (2, n + 2, n), size=(3, 2))
        yield point("shrunk to one row, aligned corners", (2, 3, n), size=(1, 4), align_corners=True)
        yield point("one place spread", (3, 1, 1), size=(2, 3))
        yield point("one axis as it was", (2, 3, n), size=(3, 2 * n), align_corners=True)
        whole = rng.integers(-2, 3, (2, 3, 4)).astype(float)
        yield Point(cls(size=(6, 2)), {"x": whole}, "whole numbers")


@lru_cache
def _exact(axis: Axis) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """i, 1 − λ and λ of each place of the output, the weights rounded once."""
    n, m, r, aligned = axis
    half = Fraction(0) if aligned else Fraction(1, 2)
    s = [min(max((o + half) * r - half, Fraction(0)), Fraction(n - 1)) for o in range(m)]  # (1) (2)
    i = np.array([int(position) for position in s])
    return i, np.array([float(1 - position % 1) for position in s]), np.array([float(position % 1) for position in s])


def _neighbours(axis: Axis) -> tuple[np.ndarray, np.ndarray]:
    """i and i + 1 of each place of the output, the last place standing for the one after it."""
    i = _exact(axis)[0]
    return i, np.minimum(i + 1, axis[0] - 1)


def _computed(x: Any, axis: Axis) -> Any:
    """λ of each place as code computes it, in the arithmetic of x: from a rounded position."""
    _, m, r, aligned = axis
    half = 0.0 if aligned else 0.5
    ratio = in_arithmetic_of(x, r.numerator) / in_arithmetic_of(x, r.denominator)
    s = np.maximum(in_arithmetic_of(x, np.arange(m) + half) * ratio - half, 0.0)
    return s - in_arithmetic_of(x, _exact(axis)[0])  # (3)


def _matrix(x: Any, axes: list[Axis], weights: list[tuple[Any, Any]]) -> Matrix:
    """L^x from (1 − λ, λ) of each axis; a λ of exactly 0 has no entry."""
    down, across = axes
    pattern, first, second = _places(down, across, x.size // (down[0] * across[0]))
    w1, w2 = (np.concatenate(pair) for pair in weights)
    return pattern.fill(np.take(w1, first) * np.take(w2, second))  # (5)


@kept
def _places(down: Axis, across: Axis, channels: int) -> tuple[Pattern, np.ndarray, np.ndarray]:
    """The places of L^x, channel by channel, and which of the weights (1 − λ, then λ) of each axis."""
    (o1, j1, w1), (o2, j2, w2) = _reads(down), _reads(across)
    (N1, M1, _, _), (N2, M2, _, _) = down, across
    o, j = o1[:, None] * M2 + o2, j1[:, None] * N2 + j2
    order = np.lexsort((j.ravel(), o.ravel()))
    first, second = (np.broadcast_to(w, o.shape).ravel()[order] for w in (w1[:, None], w2))
    c, o, j = np.arange(channels)[:, None], o.ravel()[order], j.ravel()[order]
    return Pattern(c * M1 * M2 + o, c * N1 * N2 + j, (channels * M1 * M2, channels * N1 * N2)), first, second


def _reads(axis: Axis) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places of the output, the places they read, and which weight each has."""
    i, _, far = _exact(axis)
    m, between = len(i), np.flatnonzero(far)
    return np.append(np.arange(m), between), np.append(i, i[between] + 1), np.append(np.arange(m), m + between)
