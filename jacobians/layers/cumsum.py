"""Cumsum: y[i] = x[0] + … + x[i] along one axis.

y[i]       = Σ x[j] over j ≤ i        along `axis`                             (1)
L^x[i, j]  = 1 if j ≤ i in one slice along the axis, else 0; lower triangular  (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..keeping import kept
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..moving import numbered
from ..patterns import Pattern
from ..point import Point


class Cumsum(Layer):
    axis: int = -1

    def forward(self, x: Any) -> Any:
        return np.cumsum(x, axis=self.axis)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return _before(x.shape, self.axis).fill(1.0)  # (2)

    def _in_slices(self, x: Any, i: np.ndarray, j: np.ndarray) -> Matrix:
        return _in_slices(x.shape, self.axis, i, j).fill(1.0)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        i, j = np.tril_indices(x.shape[self.axis])
        text = "g is summed from the first entry on, as in forward, in place of from the last backwards"
        yield Mistake("not-reversed", text, self._in_slices(x, j, i))
        text = "it is summed over the entries after its own, without its own"
        yield Mistake("own-left-out", text, self._in_slices(x, i[i > j], j[i > j]))
        text = "every entry gets the sum of all of g, as if y were one sum"
        i, j = np.indices((x.shape[self.axis],) * 2).reshape(2, -1)
        yield Mistake("summed-over-all", text, self._in_slices(x, i, j))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(axis=1), {"x": rng.standard_normal((3, n + 1))}, "typical")
        yield Point(cls(axis=0), {"x": rng.standard_normal((n, 2))}, "along rows")
        yield Point(cls(), {"x": rng.standard_normal(4 * n + 1)}, "a long vector")
        yield Point(cls(axis=-2), {"x": rng.standard_normal((2, 3, n))}, "along a middle axis")
        yield Point(cls(axis=1), {"x": rng.standard_normal((3, 1))}, "along an axis of one")
        yield Point(cls(), {"x": rng.standard_normal(7) * 10.0 ** rng.integers(-6, 7, 7)}, "of many scales")
        yield Point(cls(), {"x": rng.integers(-2, 3, (2, 5)).astype(float)}, "whole numbers")


@kept
def _before(shape: tuple[int, ...], axis: int) -> Pattern:
    """The places of L^x, row by row."""
    made = _in_slices(shape, axis, *np.tril_indices(shape[axis]))
    return made.unique


def _in_slices(shape: tuple[int, ...], axis: int, i: np.ndarray, j: np.ndarray) -> Pattern:
    """The entries (i, j) of every slice along the axis."""
    places = numbered(shape)
    slices = np.moveaxis(places, axis, -1).reshape(-1, shape[axis])
    return Pattern(slices[:, i], slices[:, j], (places.size, places.size))
