"""Stack: y = x0, x1, … along a new axis.

All of one shape; entry k along `axis` of y is xk.

    y           = x0, x1, … stacked on the new axis `axis` of y                    (1)
    L^xk[i, j]  = 1 if entry j of xk lands at entry i of y, else 0                 (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix, entries
from ..mistake import Mistake
from ..moving import joined
from ..point import Point


class Stack(Layer):
    axis: int = 0
    n: int = 2

    def forward(self, **x: Any) -> Any:
        return np.stack([x[a] for a in self.args], axis=self.axis)  # (1)

    def L_x(self, k: str, **x: Any) -> Matrix:
        shapes = tuple(x[a].shape for a in self.args)
        return joined(np.stack, self.args.index(k), shapes, self.axis).fill(1.0)  # (2)

    def mistakes(self, a: str, /, **x: Any) -> Iterator[Mistake]:
        size, k = x[a].size, self.args.index(a)
        if self.axis % (x[a].ndim + 1):
            cut = entries(k * size + np.arange(size), np.arange(size), 1.0, (self.n * size, size))
            text = "g is cut along axis 0, in place of the axis that was stacked on"
            yield Mistake("cut-along-axis-0", text, cut)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, axis: int, count: int, *shape: int) -> Point:
            values = {f"x{k}": rng.standard_normal(shape) for k in range(count)}
            return Point(cls(axis=axis, n=count), values, name)

        yield point("typical", 1, 3, 2, n)
        yield point("vectors as rows", 0, 2, n)
        yield point("vectors as columns", -1, 3, n)
        yield point("scalars", 0, 4)
        yield point("before the last axis", -2, 2, 2, 1, n)
        yield point("one argument", 0, 1, 3, 2)
        yield Point(cls(axis=2), {f"x{k}": rng.integers(-2, 3, (2, 3)).astype(float) for k in (0, 1)}, "whole numbers")
