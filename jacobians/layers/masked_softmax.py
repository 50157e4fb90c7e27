"""MaskedSoftmax: y = exp(x)/Σ exp(x) over the entries that `mask` keeps, along one axis.

mask is True (or not 0) where an entry is kept; it broadcasts to x. Entries that are not kept have y = 0 and neither
give nor get a gradient. A slice with nothing kept has y = 0 throughout (code that adds −∞ to x gets NaN there). With
p = y, and m the largest entry kept:

    p[i]      = exp(x[i] − m) / Σⱼ exp(x[j] − m)       i and j kept, in one slice; else 0    (1)
    L^x[i, j] = −p[i] p[j]                             i ≠ j, both kept, in one slice        (2)
    L^x[i, i] = p[i] (1 − p[i]) = Σ p[i] p[j]          over j ≠ i: no digits are lost        (3)
    L^x       = diag(p) − p pᵀ                         from the output; loses its digits once p is near 1   (4)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import others, slices
from ..keeping import kept
from ..kinds import where
from ..layer import Layer
from ..matrix import Matrix
from ..memory import require
from ..mistake import Mistake
from ..patterns import Pattern
from ..point import Point
from .softmax import Softmax


class MaskedSoftmax(Layer):
    axis: int = -1

    constant = ("mask",)

    def forward(self, x: Any, mask: Any) -> Any:
        kept = self._kept(x, mask)
        lowest = x.min(axis=self.axis, keepdims=True)
        top = where(kept, x, lowest).max(axis=self.axis, keepdims=True)
        e = where(kept, np.exp(where(kept, x - top, 0.0)), 0.0)
        total = np.where(kept.any(axis=self.axis, keepdims=True), e.sum(axis=self.axis, keepdims=True), 1.0)
        return e / total  # (1)

    def L_x(self, x: Any, mask: Any) -> Matrix:
        p = self.forward(x, mask)
        rest = np.moveaxis(others(np.moveaxis(p, self.axis, -1)), -1, self.axis)
        return self._matrix(p, p * rest, mask)  # (3) (2)

    def L_x_from_output(self, y: Any, x: Any, mask: Any) -> Matrix:
        return self._matrix(y, y - y * y, mask)  # (4)

    def _kept(self, x: Any, mask: Any) -> np.ndarray:
        return np.broadcast_to(np.asarray(mask, bool), x.shape)

    def _matrix(self, p: Any, own: Any, mask: Any, between: float = 1.0) -> Matrix:
        """−`between` p[i] p[j] at the kept entries i ≠ j of a slice, `own` at (i, i)."""
        require((p.size, p.size), p.size * p.shape[self.axis] * 8, "sparse", "take a smaller point")
        places, diagonal = _pairs(p.shape, self.axis, self._kept(p, mask).tobytes())
        p, own = p.reshape(-1), own.reshape(-1)
        pairs = -between * np.take(p, places.rows) * np.take(p, places.cols)
        return places.fill(np.where(diagonal, np.take(own, places.rows), pairs))

    def mistakes(self, a: str, /, x: Any, mask: Any) -> Iterator[Mistake]:
        y = self.forward(x, mask)
        text = "softmax is taken for a pointwise map: the terms −p[i] p[j] between different entries are missing"
        yield Mistake("diagonal-only", text, self._matrix(y, y - y * y, mask, between=0.0))
        yield Mistake("missing-sum", "it is p g: the term −p Σ g p is missing", self._matrix(y, y, mask, between=0.0))
        yield Mistake("mask-ignored", "it is the gradient without the mask", Softmax(self.axis).L_x(x))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, x: Any, mask: Any, axis: int = -1) -> Point:
            return Point(cls(axis=axis), {"x": np.asarray(x, float), "mask": np.asarray(mask, bool)}, name)

        def some(*shape: int) -> np.ndarray:
            """A mask that keeps about half, and of each slice along the last axis at least one entry."""
            return (rng.random(shape) < 0.5) | (
                rng.integers(0, shape[-1], shape[:-1])[..., None] == np.arange(shape[-1])
            )

        empty = np.concatenate([np.zeros((1, n)), np.ones((1, n)), np.arange(n)[None] % 2])
        part = np.array([[False, True], [False, True], [True, True]])
        yield point("typical", rng.standard_normal((2, n + 1)), some(2, n + 1))
        yield point("one slice", rng.standard_normal(n + 2), some(n + 2))
        yield point("one whole, one partly kept, over rows", rng.standard_normal((3, 2)), part, 0)
        yield point("a slice masked whole", rng.standard_normal((3, n)), empty)
        yield point("causal", rng.standard_normal((4, 4)), np.tri(4))
        yield point("one mask for all slices", rng.standard_normal((2, 3, 4)), some(4))
        large = np.array([[40.0, 1000.0, 39.0, -40.0], [-1000.0, 3.0, 1000.0, -998.5]])
        yield point("the largest entries masked", large, [[1, 0, 1, 1], [1, 0, 0, 1]])
        yield point("whole numbers", rng.integers(-2, 3, (3, 4)), some(3, 4))


@kept
def _pairs(shape: tuple[int, ...], axis: int, mask: bytes) -> tuple[Pattern, np.ndarray]:
    """The places of L^x, rows and columns kept by the mask, and which of them lie on the diagonal."""
    every, keep = slices(shape, (axis % len(shape),)), np.frombuffer(mask, bool)
    both = keep[every.rows] & keep[every.cols]
    rows, cols = every.rows[both], every.cols[both]
    return Pattern(rows, cols, every.shape), rows == cols
