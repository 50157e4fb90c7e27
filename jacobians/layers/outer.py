"""Outer: y = u vᵀ.

y[i, j]           = u[i] v[j]                                                  (1)
L^u[i j, k]       = v[j] if i = k, else 0                  L^u = I ⊗ v         (2)
L^v[i j, k]       = u[i] if j = k, else 0                  L^v = u ⊗ I         (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..broadcasting import selection
from ..layer import Layer
from ..matrix import Matrix, entries
from ..mistake import Mistake
from ..point import Point


class Outer(Layer):
    def forward(self, u: Any, v: Any) -> Any:
        return u[:, None] * v  # (1)

    def L_u(self, u: Any, v: Any) -> Matrix:
        return selection((len(u), len(v)), u[:, None], v)  # (2)

    def L_v(self, u: Any, v: Any) -> Matrix:
        return selection((len(u), len(v)), v, u[:, None])  # (3)

    def mistakes(self, a: str, /, u: Any, v: Any) -> Iterator[Mistake]:
        m, n = len(u), len(v)
        k = np.arange(m * n)
        reads, factor = (k % m, v[k // m]) if a == "u" else (k // m, u[k % m])
        text = f"g is reshaped to [{n} × {m}], in place of transposed, before the product"
        yield Mistake("reshaped-not-transposed", text, entries(k, reads, factor, (m * n, m if a == "u" else n)))

    def atoms(self) -> Any:
        from ..graph import Graph
        from .multiply import Multiply
        from .take import Take

        return Graph(c=(Take(index=(slice(None), None)), "u"), y=(Multiply(), "c", "v"), order=("u", "v"))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, m: int, k: int, scale: float = 1.0) -> Point:
            return Point(cls(), {"u": rng.standard_normal(m) * scale, "v": rng.standard_normal(k)}, name)

        yield point("typical", n + 1, n)
        yield point("a row", 1, 2 * n)
        yield point("a column", n, 1)
        yield point("one by one", 1, 1)
        yield point("square", 3, 3)
        yield point("of different scales", 3, 4, 1e6)
        yield Point(cls(), {a: rng.integers(-2, 3, s).astype(float) for a, s in (("u", 3), ("v", n))}, "whole numbers")
