"""Reciprocal: y = 1/x, for x ≠ 0.

h(x)  = 1/x                                                                    (1)
h'(x) = −(1/x)²            never −1/(x x): x x can overflow where 1/x does not (2)
h'(x) = −y²                from the output; loses nothing                      (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..point import Point
from ..pointwise import Pointwise


class Reciprocal(Pointwise):
    def h(self, x: Any) -> Any:
        return 1.0 / x  # (1)

    def dh(self, x: Any) -> Any:
        r = 1.0 / x
        return -(r * r)  # (2)

    def dh_from_output(self, y: Any) -> Any:
        return -(y * y)  # (3)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], scale: Any = 1.0) -> Point:
            sign = rng.choice([-1.0, 1.0], shape)
            return Point(cls(), {"x": sign * rng.uniform(0.5, 2.0, shape) * scale}, name)

        yield point("typical", (n, n + 1))
        yield point("of many scales", (3 * n + 1,), 10.0 ** rng.integers(-3, 4, 3 * n + 1))
        yield point("large", (2, 3), 1e6)
        yield point("tiny", (4,), 1e-6)
        yield point("a single entry", (1, 1, 1))
        yield Point(cls(), {"x": rng.choice([-2.0, -1.0, 1.0, 2.0], (3, 5))}, "whole numbers")
