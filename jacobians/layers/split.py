"""Split: y = [vec part 0, vec part 1, …], the parts of x cut along one axis.

The parts are NumPy's: x is cut before each of the places `at` along `axis`. As a map has one output, the parts come one
after the other in one vector, each row by row; Take and Slice pick a part by itself.

    y         = [vec x[:at₀], vec x[at₀:at₁], …]      along `axis`                 (1)
    L^x[i, j] = 1 if entry j of x lands at entry i of y, else 0; a permutation     (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import I, Matrix, entries
from ..mistake import Mistake
from ..moving import moved, numbered
from ..point import Point


class Split(Layer):
    at: tuple[int, ...] = (2,)
    axis: int = 0

    def forward(self, x: Any) -> Any:
        return parts(x, self.at, self.axis)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return moved(parts, x.shape, self.at, self.axis).fill(1.0)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        text = "the parts of g are joined row by row, in place of along the axis they were cut from"
        yield Mistake("joined-as-rows", text, I(x.size))
        places = numbered(x.shape)
        kept = sum(part.size for part in np.split(places, self.at, self.axis)[:-1])
        j = parts(places, self.at, self.axis)[:kept]
        text = "the last part gives x no gradient"
        yield Mistake("last-part-left-out", text, entries(np.arange(kept), j, 1.0, (x.size, x.size)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, at: tuple[int, ...], axis: int, *shape: int) -> Point:
            return Point(cls(at=at, axis=axis), {"x": rng.standard_normal(shape)}, name)

        yield point("typical", (1, 3), 1, 2, n + 3)
        yield point("rows", (2,), 0, n + 1, 2)
        yield point("a vector", (1,), 0, n)
        yield point("a middle axis", (2,), -2, 2, 3, n)
        yield point("parts of one entry", (1, 2), -1, 3, 3)
        yield point("an empty part", (1, 1, 3), 1, 2, 4)
        yield point("one part", (), 1, 2, n)
        yield Point(cls(axis=1), {"x": rng.integers(-2, 3, (2, 5)).astype(float)}, "whole numbers")


def parts(x: Any, at: tuple[int, ...], axis: int) -> Any:
    """The parts of x, one after the other."""
    return np.concatenate([part.reshape(-1) for part in np.split(x, at, axis)])
