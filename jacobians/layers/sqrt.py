"""Sqrt: y = √x, for x > 0.

    h(x)  = √x                                                                     (1)
    h'(x) = 1/(2 √x)                                                               (2)

At 0 the derivative is infinite; most code divides by y, which is (2) and loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import diag
from ..mistake import Mistake
from ..point import Point
from ..pointwise import Pointwise


class Sqrt(Pointwise):
    def h(self, x: Any) -> Any:
        return np.sqrt(x)  # (1)

    def dh(self, x: Any) -> Any:
        return 0.5 / np.sqrt(x)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        yield Mistake("root-not-inverted", "it is √x/2, not 1/(2 √x)", diag(0.5 * np.sqrt(x)))
        yield Mistake("missing-root", "it is 1/(2x), not 1/(2 √x)", diag(0.5 / x))
        text = "it is 1/(2 √y): the output was taken for the input"
        yield Mistake("output-for-input", text, diag(0.5 / np.sqrt(np.sqrt(x))))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], scale: Any = 1.0) -> Point:
            return Point(cls(), {"x": rng.uniform(0.25, 4.0, shape) * scale}, name)

        yield point("typical", (n, n + 1))
        yield point("of many scales", (3 * n + 1,), 10.0 ** rng.integers(-4, 5, 3 * n + 1))
        yield point("large", (2, 3), 1e6)
        yield point("tiny", (4,), 1e-6)
        yield point("a single entry", (1, 1, 1))
        yield Point(cls(), {"x": rng.choice([1.0, 4.0, 9.0, 16.0], (3, 5))}, "squares of whole numbers")
