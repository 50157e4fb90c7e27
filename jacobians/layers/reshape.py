"""Reshape: y = x in another shape.

y     = x, row by row into `shape`; one −1 in it stands for what is left       (1)
L^x   = I                  vec y is vec x                                      (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import I, Matrix
from ..point import Point


class Reshape(Layer):
    shape: tuple[int, ...] = (-1,)

    def forward(self, x: Any) -> Any:
        return x.reshape(self.shape)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return I(x.size)  # (2)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": rng.standard_normal((n, n + 1))}, "typical")
        yield Point(cls(shape=(3, n, 2)), {"x": rng.standard_normal((2, 3 * n))}, "to three axes")
        yield Point(cls(shape=(2, -1)), {"x": rng.standard_normal((3, 4))}, "what is left")
        yield Point(cls(shape=(1, 3, 1)), {"x": rng.standard_normal(3)}, "axes of one")
        yield Point(cls(shape=(1,)), {"x": rng.standard_normal(())}, "of a scalar")
        yield Point(cls(shape=(6,)), {"x": rng.integers(-2, 3, (3, 2)).astype(float)}, "whole numbers")
