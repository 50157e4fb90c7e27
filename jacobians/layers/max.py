"""Max: y = max x over one axis, or over all entries.

    y          = max x over `axis` (None: over every entry, y a scalar)            (1)
    L^x[i, j]  = the share of entry j in the maximum that entry i of y is: 1 for the only one, 0 for those below   (2)

Among entries that tie, the shares are a convention: tie = "first" gives 1 to the first of them (PyTorch's max over an
axis, NumPy's argmax), "shared" 1/k to each of k (PyTorch's amax, JAX, TensorFlow).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import only_nonzero, shares
from ..layer import Layer
from ..matrix import Matrix, entries
from ..mistake import Mistake
from ..point import Point


class Max(Layer):
    axis: int | None = None
    tie: str = "first"

    conventions = {"tie": ("first", "shared")}

    def forward(self, x: Any) -> Any:
        return x.max(axis=self.axis)  # (1)

    def L_x(self, x: Any) -> Matrix:
        tied = np.where(x == x.max(axis=self.axis, keepdims=True), 1.0, 0.0)
        return only_nonzero(shares(tied, self.axis, self.tie), self.axis)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        tied = np.where(x == x.max(axis=self.axis, keepdims=True), 1.0, 0.0)
        text = "each of several equal maxima gets the whole of g: share it, or choose one"
        yield Mistake("every-tied-entry", text, only_nonzero(tied, self.axis))
        if self.axis is not None:
            k = np.argmax(x, axis=self.axis).ravel()
            text = "the place of the maximum within its slice is used as if it were its place in the whole array"
            yield Mistake("place-within-slice", text, entries(np.arange(k.size), k, 1.0, (k.size, x.size)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(axis=1), {"x": rng.standard_normal((n, n + 1))}, "typical")
        yield Point(cls(), {"x": rng.standard_normal((2, n))}, "over all entries")
        yield Point(cls(axis=0), {"x": rng.standard_normal((n, 3)) - 4.0}, "over rows, all negative")
        yield Point(cls(axis=-2), {"x": rng.standard_normal((2, 3, n))}, "over a middle axis")
        yield Point(cls(axis=-1), {"x": 1e3 + rng.standard_normal((3, 4)) * 1e-3}, "nearly equal, far from zero")
        yield Point(cls(axis=1), {"x": rng.standard_normal((2, 1, 3))}, "over an axis of one")
        yield Point(cls(axis=1), {"x": rng.integers(-2, 3, (4, 6)).astype(float)}, "whole numbers, with ties")
        equal = np.where(np.arange(2)[:, None] == 0, 0.5, rng.standard_normal((2, 3)))
        yield Point(cls(axis=1), {"x": equal}, "one slice of equal entries")
        yield Point(cls(axis=0, tie="shared"), {"x": rng.integers(-2, 3, (5, 3)).astype(float)}, "ties, shared")
