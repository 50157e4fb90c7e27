"""Broadcast: y = x repeated to a larger shape.

NumPy's rule: axes of x that are one long are repeated, and so is x as a whole along new first axes.

    y         = x repeated to `shape`                                              (1)
    L^x[i, j] = 1 if entry i of y is a copy of entry j of x, else 0; so gradients of copies add   (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..broadcasting import selection
from ..layer import Layer
from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..point import Point


class Broadcast(Layer):
    shape: tuple[int, ...] = (2, 3)

    def forward(self, x: Any) -> Any:
        return np.broadcast_to(x, self.shape)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return selection(self.shape, x)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        new = len(self.shape) - x.ndim
        longer = [k for k, n in enumerate(self.shape) if k >= new and x.shape[k - new] == 1 != n]
        text = "the gradient of the first copy alone is kept: sum over all copies"
        yield Mistake("first-copy-alone", text, self._where_first([*range(new), *longer], x))
        text = "summed over the new axes, but not over the axes of one that were repeated"
        yield Mistake("new-axes-alone", text, self._where_first(longer, x))

    def _where_first(self, axes: list[int], x: Any) -> Matrix:
        """L with the rows of every copy but the first left out, along these axes."""
        first = np.ones(self.shape)
        for k in axes:
            first = first * (np.indices(self.shape, sparse=True)[k] == 0)
        return diag(first) @ selection(self.shape, x)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], *own: int) -> Point:
            return Point(cls(shape=shape), {"x": rng.standard_normal(own)}, name)

        yield point("typical", (2, n, 3), n, 1)
        yield point("over rows", (3, n), n)
        yield point("over columns", (n, 4), n, 1)
        yield point("over two axes of one", (2, 3, 2), 2, 1, 1)
        yield point("a scalar", (2, n))
        yield point("a single entry", (1, n), 1, 1)
        yield point("to its own shape", (2, 3), 2, 3)
        yield Point(cls(), {"x": rng.integers(-2, 3, (2, 1)).astype(float)}, "whole numbers")
