"""Multiply: y = a · b, entry by entry.

The shapes may differ as NumPy's broadcasting allows; with different shapes an entry of the smaller argument is read
more than once, and its gradients add.

    y         = a b                                                                (1)
    L^a[i, j] = b where entry i of y reads entry j of a, else 0;  diag(b) for equal shapes   (2)
    L^b[i, j] = a where entry i of y reads entry j of b, else 0;  diag(a) for equal shapes   (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..broadcasting import selection
from ..cut import Part, alike
from ..layer import Layer
from ..matrix import Matrix
from ..point import Point


class Multiply(Layer):
    def forward(self, a: Any, b: Any) -> Any:
        return a * b  # (1)

    def L_a(self, a: Any, b: Any) -> Matrix:
        return selection(np.broadcast_shapes(a.shape, b.shape), a, b)  # (2)

    def L_b(self, a: Any, b: Any) -> Matrix:
        return selection(np.broadcast_shapes(a.shape, b.shape), b, a)  # (3)

    def cut(self, rows: int, /, a: Any, b: Any) -> Iterator[Part]:
        return alike(rows, np.broadcast_shapes(a.shape, b.shape), a=a.shape, b=b.shape)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, a: tuple[int, ...], b: tuple[int, ...], scale: float = 1.0) -> Point:
            return Point(cls(), {"a": rng.standard_normal(a) * scale, "b": rng.standard_normal(b)}, name)

        yield point("typical", (n, n + 1), (n, n + 1))
        yield point("b broadcast over rows", (n, 3), (3,))
        yield point("a broadcast over columns", (n, 1), (n, 4))
        yield point("each broadcast over the other", (3, 1), (1, 2))
        yield point("a scalar", (2, 3), ())
        yield point("of different scales", (5,), (5,), 1e6)
        whole = {"a": rng.integers(-2, 3, (2, 3)).astype(float), "b": rng.integers(-2, 3, (2, 3)).astype(float)}
        yield Point(cls(), whole, "whole numbers, with zeros")
