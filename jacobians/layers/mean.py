"""Mean: y = Σ x / n over one axis, or over all n entries.

y         = Σ x / n over `axis` (None: over every entry, y a scalar)           (1)
L^x[i, j] = 1/n if entry j of x is a term of entry i of y, else 0              (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import terms
from ..layer import Layer
from ..matrix import Matrix
from ..point import Point


class Mean(Layer):
    axis: int | None = None

    def forward(self, x: Any) -> Any:
        return x.mean(axis=self.axis)  # (1)

    def L_x(self, x: Any) -> Matrix:
        n = x.size if self.axis is None else x.shape[self.axis]
        places = terms(x.shape, self.axis)
        return places.fill(1.0 / n) if n != x.size else np.full(places.shape, 1.0 / n)  # (2)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": rng.standard_normal((n, n + 1))}, "typical")
        yield Point(cls(axis=0), {"x": rng.standard_normal((n, 3))}, "over rows")
        yield Point(cls(axis=-1), {"x": rng.standard_normal((2, 3, n))}, "over the last axis")
        yield Point(cls(axis=1), {"x": rng.standard_normal((2, 1, 3))}, "over an axis of one")
        yield Point(cls(), {"x": rng.standard_normal(7) * 10.0 ** rng.integers(-6, 7, 7)}, "of many scales")
        yield Point(cls(axis=0), {"x": rng.integers(-2, 3, (4, 3)).astype(float)}, "whole numbers")
