"""Variance: y = Σ (x − m)² / (n − correction), m the mean, along one axis of n entries.

    d        = x − m                                                               (1)
    y        = Σ d² / (n − correction)                                             (2)
    L^x      = 2 d / (n − correction)     in the row of its own group; m adds nothing, for Σ d = 0       (3)

`correction` is 1 (torch.var) or 0; with 1, n ≥ 2.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import reduction
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point


class Variance(Layer):
    axis: int = -1
    correction: int = 1

    def _d(self, x: Any) -> Any:
        return x - np.mean(x, axis=self.axis, keepdims=True)  # (1)

    def forward(self, x: Any) -> Any:
        d = self._d(x)
        total = np.sum(d * d, axis=self.axis, keepdims=True)
        return np.squeeze(total / (x.shape[self.axis] - self.correction), self.axis)  # (2)

    def L_x(self, x: Any) -> Matrix:
        return reduction(2.0 * self._d(x) / (x.shape[self.axis] - self.correction), self.axis)  # (3)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        if a != "x":
            return
        n, d = x.shape[self.axis], self._d(x)
        yield Mistake("missing-2", "the factor 2 is missing", reduction(d / (n - self.correction), self.axis))
        yield Mistake("missing-n", "the division by n − correction is missing", reduction(2.0 * d, self.axis))
        yield Mistake("not-centred", "x stands for x − m", reduction(2.0 * x / (n - self.correction), self.axis))
        if self.correction:
            yield Mistake("always-n", "divided by n and not by n − correction", reduction(2.0 * d / n, self.axis))
        elif n > 1:
            yield Mistake("always-n-1", "divided by n − 1 and not by n", reduction(2.0 * d / (n - 1), self.axis))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": rng.standard_normal((n, n + 1))}, "typical")
        yield Point(cls(correction=0), {"x": rng.standard_normal((n + 1, n))}, "correction 0")
        yield Point(cls(axis=0), {"x": rng.standard_normal((n + 1, 2, 3))}, "the first axis")
        yield Point(cls(axis=1, correction=0), {"x": rng.integers(-2, 3, (2, n + 1, 3)).astype(float)}, "whole numbers")
        yield Point(cls(), {"x": rng.standard_normal(n + 1)}, "one group")
        yield Point(cls(), {"x": np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 2.0]])}, "repeats")
        yield Point(cls(), {"x": rng.standard_normal((2, n + 1)) + 1e4}, "a large offset")
        yield Point(cls(), {"x": rng.standard_normal((2, n + 1)) * 1e-6}, "tiny")
        yield Point(cls(), {"x": rng.standard_normal((2, n + 1)) * 1e3}, "large")
        yield Point(cls(correction=0), {"x": rng.standard_normal((2, 1))}, "groups of one")
