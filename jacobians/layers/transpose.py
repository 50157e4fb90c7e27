"""Transpose: y = x with its axes in another order.

Axis k of y is axis axes[k] of x; None reverses the order, as NumPy does.

    y         = x, axes permuted                                                   (1)
    L^x[i, j] = 1 if entry i of y is entry j of x, else 0; a permutation           (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import below
from ..layer import Layer
from ..matrix import I, Matrix, entries
from ..mistake import Mistake
from ..moving import moved
from ..point import Point


class Transpose(Layer):
    axes: tuple[int, ...] | None = None

    def forward(self, x: Any) -> Any:
        return x.transpose(self.axes)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return moved(np.transpose, x.shape, self.axes).fill(1.0)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        y = x.transpose(self.axes)
        rows = below(x.size).reshape(y.shape).transpose(self.axes)
        text = "g is permuted by the axes of forward once more, in place of the inverse permutation"
        yield Mistake("not-inverted", text, entries(rows, np.arange(x.size), 1.0, (x.size, x.size)))
        yield Mistake("reshaped-not-transposed", "g is reshaped, in place of transposed, to the shape of x", I(x.size))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, axes: tuple[int, ...] | None, *shape: int) -> Point:
            return Point(cls(axes=axes), {"x": rng.standard_normal(shape)}, name)

        yield point("typical", (1, 2, 0), 2, 3, n + 1)
        yield point("a matrix", None, n, n + 1)
        yield point("a cube, turned", (2, 0, 1), 3, 3, 3)
        yield point("the last two axes", (0, 2, 1), 2, n, 3)
        yield point("four axes, counted from behind", (-2, 0, -1, 1), 2, 1, 3, n)
        yield point("a single entry", (1, 0), 1, 1)
        yield point("a vector", None, n)
        yield Point(cls(), {"x": rng.integers(-2, 3, (2, 3, 2)).astype(float)}, "whole numbers, reversed axes")
