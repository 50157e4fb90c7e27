"""WeightNorm: y = W x, W[i] = g[i] v[i] / ‖v[i]‖ row by row.

    u[i]     = v[i] / ‖v[i]‖                                                       (1)
    y        = g · (u x)           entry by entry                                  (2)
    L^x      = diag(g) u                                                           (3)
    L^v[i]   = g[i] / ‖v[i]‖ (x − (u[i]·x) u[i])ᵀ     in row i, columns of v[i]     (4)
    L^g      = diag(u x)                                                           (5)

x is [m], v is [n, m] without a zero row, g is [n].
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix, apart, diag
from ..mistake import Mistake
from ..point import Point


class WeightNorm(Layer):
    theta = ("v", "g")

    def forward(self, x: Any, v: Any, g: Any) -> Any:
        return g * np.sum(_unit(v) * x, axis=1)  # (2)

    def L_x(self, x: Any, v: Any, g: Any) -> Matrix:
        return g[:, None] * _unit(v)  # (3)

    def L_v(self, x: Any, v: Any, g: Any) -> Matrix:
        u = _unit(v)
        across = x - np.sum(u * x, axis=1, keepdims=True) * u
        return apart(g[:, None] / _norm(v) * across)  # (4)

    def L_g(self, x: Any, v: Any, g: Any) -> Matrix:
        return diag(np.sum(_unit(v) * x, axis=1))  # (5)

    def mistakes(self, a: str, /, x: Any, v: Any, g: Any) -> Iterator[Mistake]:
        u, norm = _unit(v), _norm(v)
        if a == "x":
            yield Mistake("v-for-W", "v stands for W = g v / ‖v‖", v)
            yield Mistake("missing-g", "the factor g is missing", u)
            yield Mistake("missing-norm", "the division by ‖v‖ is missing", g[:, None] * v)
        if a == "v":
            plain = g[:, None] / norm * np.broadcast_to(x, v.shape)
            yield Mistake("constant-norm", "‖v‖ is taken as a constant", apart(plain))
            across = x - np.sum(u * x, axis=1, keepdims=True) * u
            yield Mistake("missing-norm", "the division by ‖v‖ is missing", apart(g[:, None] * across))
            yield Mistake("missing-g", "the factor g is missing", apart(across / norm))
        if a == "g":
            yield Mistake("missing-norm", "the division by ‖v‖ is missing", diag(np.sum(v * x, axis=1)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(rows: int, columns: int, name: str, scale: float = 1.0, offset: float = 0.0) -> Point:
            x, v = rng.standard_normal(columns) * scale + offset, rng.standard_normal((rows, columns)) * scale
            return Point(cls(), {"x": x, "v": v, "g": rng.standard_normal(rows)}, name)

        yield point(n, n + 1, "typical")
        yield point(1, n + 1, "one row")
        yield point(n, 1, "rows of one entry")
        v = np.array([[1.0, -1.0, 0.0], [0.0, 2.0, 0.0], [3.0, 0.0, 4.0], [1.0, 1.0, 1.0]])
        x, g = rng.integers(-2, 3, 3).astype(float), np.array([1.0, -2.0, 0.0, 1.0])
        yield Point(cls(), {"x": x, "v": v, "g": g}, "whole numbers, with ties and zeros")
        yield point(n + 1, 2, "tiny", 1e-6)
        yield point(2, n + 1, "large", 1e3)
        yield point(2, n + 1, "a large offset", offset=1e4)


def _norm(v: Any) -> Any:
    return np.sqrt(np.sum(v * v, axis=1, keepdims=True))


def _unit(v: Any) -> Any:
    return v / _norm(v)  # (1)
