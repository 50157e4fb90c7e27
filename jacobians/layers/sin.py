"""Sin: y = sin(x).

h(x)  = sin(x)                                                                 (1)
h'(x) = cos(x)                                                                 (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import diag
from ..mistake import Mistake
from ..point import Point
from ..pointwise import Pointwise


class Sin(Pointwise):
    def h(self, x: Any) -> Any:
        return np.sin(x)  # (1)

    def dh(self, x: Any) -> Any:
        return np.cos(x)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        yield Mistake("output", "it is sin(x), the output, not cos(x)", diag(np.sin(x)))
        text = "it is √(1 − y²): the sign of cos(x) is lost"
        yield Mistake("sign-lost", text, diag(np.abs(np.cos(x))))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        first, *others = super().points(rng, n)
        yield Point(first.map, {"x": 3.0 * first.values["x"]}, first.name)  # beyond ±π/2, where cos changes sign
        yield from others
