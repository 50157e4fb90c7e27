"""Concatenate: y = [x0, x1, …] along one axis.

y           = [x0, x1, …] along `axis`, in which alone the shapes may differ   (1)
L^xk[i, j]  = 1 if entry j of xk lands at entry i of y, else 0                 (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix
from ..moving import joined
from ..point import Point


class Concatenate(Layer):
    axis: int = 0
    n: int = 2

    def forward(self, **x: Any) -> Any:
        return np.concatenate([x[a] for a in self.args], axis=self.axis)  # (1)

    def L_x(self, k: str, **x: Any) -> Matrix:
        shapes = tuple(x[a].shape for a in self.args)
        return joined(np.concatenate, self.args.index(k), shapes, self.axis).fill(1.0)  # (2)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, axis: int, *shapes: tuple[int, ...]) -> Point:
            values = {f"x{k}": rng.standard_normal(shape) for k, shape in enumerate(shapes)}
            return Point(cls(axis=axis, n=len(shapes)), values, name)

        yield point("typical", 0, (n,), (n + 1,))
        yield point("rows", 0, (2, n), (3, n))
        yield point("columns", 1, (n, 2), (n, 1), (n, 3))
        yield point("the last axis", -1, (2, 1, 2), (2, 1, 3))
        yield point("a middle axis", -2, (2, 1, 3), (2, 4, 3))
        yield point("one argument", 0, (3, 2))
        yield Point(cls(axis=1), {f"x{k}": rng.integers(-2, 3, (2, 3)).astype(float) for k in (0, 1)}, "whole numbers")
