"""Dot: y = Σ u v.

y     = Σ u[i] v[i]        over every entry, y a scalar                        (1)
L^u   = vec(v)ᵀ            as one row                                          (2)
L^v   = vec(u)ᵀ            likewise                                            (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point


class Dot(Layer):
    def forward(self, u: Any, v: Any) -> Any:
        return (u * v).sum()  # (1)

    def L_u(self, u: Any, v: Any) -> Matrix:
        return v.reshape(1, -1)  # (2)

    def L_v(self, u: Any, v: Any) -> Matrix:
        return u.reshape(1, -1)  # (3)

    def mistakes(self, a: str, /, u: Any, v: Any) -> Iterator[Mistake]:
        own, other = (u, v) if a == "u" else (v, u)
        text = f"it is g times {a} itself, in place of the other factor"
        yield Mistake("own-factor", text, own.reshape(1, -1))
        text = "the product rule is applied to what stands still: both factors are added"
        yield Mistake("both-factors", text, (own + other).reshape(1, -1))

    def atoms(self) -> Any:
        from ..graph import Graph
        from .multiply import Multiply
        from .sum import Sum

        return Graph(p=(Multiply(), "u", "v"), y=(Sum(), "p"), order=("u", "v"))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, *shape: int, scale: float = 1.0) -> Point:
            return Point(cls(), {"u": rng.standard_normal(shape) * scale, "v": rng.standard_normal(shape)}, name)

        yield point("typical", n + 1)
        yield point("matrices", 2, n)
        yield point("a single entry", 1)
        yield point("long", 8 * n + 1)
        yield point("of different scales", 5, scale=1e6)
        yield point("tiny", 4, scale=1e-6)
        yield Point(cls(), {a: rng.integers(-2, 3, n).astype(float) for a in ("u", "v")}, "whole numbers")
