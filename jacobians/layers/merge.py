"""Merge: y = [vec x0, vec x1, …].

The chapter's merge: any number of arguments, of any shapes, as one vector.

    y      = [vec x0, vec x1, …]                                                   (1)
    L^xk   = [0, …, I, …, 0]ᵀ         I in the rows where xk lands, 0 elsewhere    (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix
from ..moving import joined
from ..point import Point


class Merge(Layer):
    n: int = 2

    def forward(self, **x: Any) -> Any:
        return np.concatenate([x[a].reshape(-1) for a in self.args])  # (1)

    def L_x(self, k: str, **x: Any) -> Matrix:
        sizes = tuple((x[a].size,) for a in self.args)
        return joined(np.concatenate, self.args.index(k), sizes, 0).fill(1.0)  # (2)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, *shapes: tuple[int, ...]) -> Point:
            values = {f"x{k}": rng.standard_normal(shape) for k, shape in enumerate(shapes)}
            return Point(cls(n=len(shapes)), values, name)

        yield point("typical", (n,), (n + 1,))
        yield point("of different shapes", (2, 3), (n,), (2, 1, 2))
        yield point("with a scalar", (), (n, 2))
        yield point("one argument", (3, 2))
        yield point("five arguments", (1,), (2,), (3,), (2, 2), ())
        yield Point(cls(), {f"x{k}": rng.integers(-2, 3, (2, 3)).astype(float) for k in (0, 1)}, "whole numbers")
