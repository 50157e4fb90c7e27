"""Linear: y = W x + b.

Backpropagation chapter, eq-lingrad1, eq-lingrad2 and eq-lingrad3; W is [M × N], x has N entries, y and b have M.

    y              = W x + b                                                        (1)
    L^x[i, j]      = ∂y[i]/∂x[j]     = W[i, j]                  L^x = W             (2)
    L^W[i, jk]     = ∂y[i]/∂W[j, k]  = x[k] if i = j, else 0    L^W = I ⊗ xᵀ        (3)
    L^b[i, j]      = ∂y[i]/∂b[j]     = 1    if i = j, else 0    L^b = I             (4)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..cut import Part, alike
from ..layer import Layer
from ..matrix import I, Matrix, kron
from ..point import Point


class Linear(Layer):
    theta = ("W", "b")

    def forward(self, x: Any, W: Any, b: Any) -> Any:
        return W @ x + b  # (1)

    def L_x(self, x: Any, W: Any, b: Any) -> Matrix:
        return W  # (2)

    def L_W(self, x: Any, W: Any, b: Any) -> Matrix:
        return kron(I(len(b)), x)  # (3)

    def L_b(self, x: Any, W: Any, b: Any) -> Matrix:
        return I(len(b))  # (4)

    def cut(self, rows: int, /, x: Any, W: Any, b: Any) -> Iterator[Part]:
        return alike(rows, (len(W),), 1, W=(len(W),), b=(len(W),))

    def atoms(self) -> Any:
        from ..graph import Graph
        from .add import Add
        from .multiply import Multiply
        from .sum import Sum

        return Graph(p=(Multiply(), "W", "x"), s=(Sum(axis=1), "p"), y=(Add(), "s", "b"), order=("x", "W", "b"))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(m: int, k: int, name: str, scale: float = 1.0) -> Point:
            W, b = rng.standard_normal((m, k)) * scale, rng.standard_normal(m)
            return Point(cls(), {"x": rng.standard_normal(k) * scale, "W": W, "b": b}, name)

        yield point(n + 1, n, "typical")
        yield point(2, 3 * n, "wide")
        yield point(3 * n, 2, "tall")
        yield point(1, 1, "one by one")
        yield point(3, 4, "large", 1e6)
        yield point(4, 3, "tiny", 1e-6)
        whole = {a: rng.integers(-2, 3, s).astype(float) for a, s in (("x", n), ("W", (3, n)), ("b", 3))}
        yield Point(cls(), whole, "whole numbers")
