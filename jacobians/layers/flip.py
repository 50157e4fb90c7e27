"""Flip: y = x in reversed order along one axis.

y         = x reversed along `axis` (None: along every axis)                   (1)
L^x[i, j] = 1 if entry i of y is entry j of x, else 0; its own inverse         (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..moving import moved
from ..point import Point


class Flip(Layer):
    axis: int | None = None

    def forward(self, x: Any) -> Any:
        return np.flip(x, self.axis)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return self._reversed(x, self.axis)  # (2)

    def _reversed(self, x: Any, axis: int | None) -> Matrix:
        return moved(np.flip, x.shape, axis).fill(1.0)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        if self.axis is not None and x.ndim > 1:
            yield Mistake("every-axis", "g is reversed along every axis, in place of the one", self._reversed(x, None))
            text = "g is reversed along another axis than x was"
            yield Mistake("another-axis", text, self._reversed(x, (self.axis + 1) % x.ndim))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, axis: int | None, *shape: int) -> Point:
            return Point(cls(axis=axis), {"x": rng.standard_normal(shape)}, name)

        yield point("typical", 1, 3, n)
        yield point("every axis", None, 2, n)
        yield point("rows", 0, n, 2)
        yield point("a middle axis", -2, 2, 3, 2)
        yield point("a vector", -1, 2 * n + 1)
        yield point("an axis of one", 1, 3, 1)
        yield Point(cls(), {"x": rng.integers(-2, 3, (3, 2)).astype(float)}, "whole numbers")
