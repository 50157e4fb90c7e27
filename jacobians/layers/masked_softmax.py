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

from ..layer import Layer
from ..matrix import Matrix, entries
from ..memory import require
from ..mistake import Mistake
from ..point import Point
from .softmax import Softmax


class MaskedSoftmax(Layer):
    axis: int = -1

    constant = ("mask",)

    def forward(self, x: Any, mask: Any) -> Any:
        kept = self._kept(x, mask)
        lowest = x.min(axis=self.axis, keepdims=True)
        top = np.where(kept, x, lowest).max(axis=self.axis, keepdims=True)
        e = np.where(kept, np.exp(np.where(kept, x - top, 0.0)), 0.0)
        total = np.where(kept.any(axis=self.axis, keepdims=True), e.sum(axis=self.axis, keepdims=True), 1.0)
        return e / total  # (1)

    def L_x(self, x: Any, mask: Any) -> Matrix:
        diagonal, pp = self._products(self.forward(x, mask))
        between = np.where(diagonal, 0.0, pp)
        blocks = np.where(diagonal, between.sum(axis=2, keepdims=True), -between)  # (3) (2)
        return self._matrix(blocks, x, mask)

    def L_x_from_output(self, y: Any, x: Any, mask: Any) -> Matrix:
        diagonal, pp = self._products(y)
        return self._matrix(np.where(diagonal, self._slices(y)[:, :, None], 0.0) - pp, x, mask)  # (4)

    def _kept(self, x: Any, mask: Any) -> np.ndarray:
        return np.broadcast_to(np.asarray(mask, bool), x.shape)

    def _slices(self, a: Any) -> Any:
        """The slices of `a` along the axis, one a row."""
        a = np.moveaxis(a, self.axis, -1)
        return a.reshape(-1, a.shape[-1])

    def _products(self, y: Any) -> tuple[np.ndarray, Any]:
        """Where i = j, and p pᵀ of every slice."""
        p = self._slices(y)
        require((p.size, p.size), p.size * p.shape[1] * 8, "sparse", "take a smaller point")
        return np.eye(p.shape[1], dtype=bool), p[:, :, None] * p[:, None, :]

    def _matrix(self, blocks: Any, x: Any, mask: Any) -> Matrix:
        """One block a slice, of which only the rows and columns of kept entries are stored."""
        places, kept = self._slices(np.arange(x.size).reshape(x.shape)), self._slices(self._kept(x, mask))
        rows, cols = np.broadcast_arrays(places[:, :, None], places[:, None, :])
        both = kept[:, :, None] & kept[:, None, :]
        return entries(rows[both], cols[both], blocks[both], (x.size, x.size))

    def mistakes(self, a: str, /, x: Any, mask: Any) -> Iterator[Mistake]:
        y = self.forward(x, mask)
        diagonal, pp = self._products(y)
        p = np.where(diagonal, self._slices(y)[:, :, None], 0.0)
        text = "softmax is taken for a pointwise map: the terms −p[i] p[j] between different entries are missing"
        yield Mistake("diagonal-only", text, self._matrix(np.where(diagonal, p - pp, 0.0), x, mask))
        yield Mistake("missing-sum", "it is p g: the term −p Σ g p is missing", self._matrix(p, x, mask))
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
