"""LogSumExp: y = log Σ exp(x) over one axis, or over all entries.

With m = max x, which leaves y as it is and keeps exp from overflowing:

    y          = m + log Σ exp(x − m)        over `axis` (None: over every entry, y a scalar)   (1)
    L^x[i, j]  = exp(x[j] − m) / Σ exp(x − m) for the terms of entry i of y, else 0: softmax    (2)
    L^x[i, j]  = exp(x[j] − y[i])            from the output; loses digits where x and y are large   (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import reduction, terms
from ..kinds import below, where
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point


class LogSumExp(Layer):
    axis: int | None = None

    def forward(self, x: Any) -> Any:
        m, e = self._exp(x)
        s = e.sum(axis=self.axis)
        return m.reshape(s.shape) + np.log(s)  # (1)

    def L_x(self, x: Any) -> Matrix:
        _, e = self._exp(x)
        return reduction(e / e.sum(axis=self.axis, keepdims=True), self.axis)  # (2)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        return reduction(np.exp(x - y.reshape(-1)[terms(x.shape, self.axis).rows].reshape(x.shape)), self.axis)  # (3)

    def _exp(self, x: Any) -> tuple[Any, Any]:
        m = x.max(axis=self.axis, keepdims=True)
        return m, np.exp(x - m)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        m, e = self._exp(x)
        p = e / e.sum(axis=self.axis, keepdims=True)
        yield Mistake("not-normalised", "it is g · exp(x − m), not divided by the sum", reduction(e, self.axis))
        text = "the maximum added after the logarithm is differentiated, the one taken out before exp is not"
        yield Mistake("maximum-differentiated", text, reduction(p + (x == m), self.axis))
        text = "it is p (1 − p), the diagonal of the derivative of softmax"
        yield Mistake("softmax-differentiated", text, reduction(p * (1.0 - p), self.axis))
        if (x.size if self.axis is None else x.shape[self.axis]) == 2:
            place = below(2).reshape(x.shape) if self.axis is None else np.indices(tuple(x.shape))[self.axis]
            text = "of two equal terms the second has the whole gradient, and each should have half"
            yield Mistake("tie-to-the-second", text, reduction(where(p == 0.5, place, p), self.axis))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(axis=1), {"x": rng.standard_normal((n, n + 1))}, "typical")
        yield Point(cls(), {"x": rng.standard_normal((2, n))}, "over all entries")
        yield Point(cls(axis=0), {"x": rng.standard_normal((n, 2))}, "over rows")
        yield Point(cls(axis=-2), {"x": rng.standard_normal((2, 3, 2))}, "over a middle axis")
        yield Point(cls(axis=1), {"x": np.array([[40.0, -40.0, 0.5], [-27.25, 18.0, -16.75]])}, "saturated")
        yield Point(cls(), {"x": 800.0 + rng.standard_normal(4)}, "far above zero")
        yield Point(cls(axis=0), {"x": -800.0 + rng.standard_normal((3, 2))}, "far below zero")
        yield Point(cls(axis=1), {"x": rng.standard_normal((3, 1))}, "over an axis of one")
        yield Point(cls(axis=1), {"x": np.array([[0.5, 0.5], [1.25, -0.5], [-3.0, -3.0]])}, "two terms, with ties")
        yield Point(cls(axis=-1), {"x": rng.integers(-2, 3, (3, 4)).astype(float)}, "whole numbers")
