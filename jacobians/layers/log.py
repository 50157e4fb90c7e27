"""Log: y = log(x), the natural logarithm, for x > 0.

h(x)  = log(x)                                                                 (1)
h'(x) = 1/x                                                                    (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import diag
from ..mistake import Mistake
from ..point import Point
from ..pointwise import Pointwise


class Log(Pointwise):
    def h(self, x: Any) -> Any:
        return np.log(x)  # (1)

    def dh(self, x: Any) -> Any:
        return 1.0 / x  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        yield Mistake("multiplied-by-x", "g is multiplied by x, not divided", diag(x))
        yield Mistake(
            "output-for-input",
            "it is 1/y: the output was taken for the input",
            diag(1.0 / np.where(x == 1, 1.0, np.log(x))),
        )
        text = "x is moved away from 0 in backward, 1/(x + 1e−8), and was not in forward"
        yield Mistake("epsilon-in-backward", text, diag(1.0 / (x + 1e-8)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], scale: Any = 1.0) -> Point:
            return Point(cls(), {"x": rng.uniform(0.25, 4.0, shape) * scale}, name)

        yield point("typical", (n, n + 1))
        yield point("of many scales", (3 * n + 1,), 10.0 ** rng.integers(-4, 5, 3 * n + 1))
        yield point("large", (2, 3), 1e6)
        yield point("tiny", (4,), 1e-6)
        yield Point(cls(), {"x": 1.0 + 1e-6 * rng.standard_normal(n)}, "near one")
        yield point("a single entry", (1, 1, 1))
        yield Point(cls(), {"x": rng.choice([1.0, 2.0, 3.0, 4.0], (3, 5))}, "whole numbers")
