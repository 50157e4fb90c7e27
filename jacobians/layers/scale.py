"""Scale: y = by · x.

h(x)  = by · x             by: a fixed number, not a parameter                 (1)
h'(x) = by                                                                     (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..point import Point
from ..pointwise import Pointwise


class Scale(Pointwise):
    by: float = -1.0

    def h(self, x: Any) -> Any:
        return self.by * x  # (1)

    def dh(self, x: Any) -> Any:
        return np.full(np.shape(x), self.by)  # (2)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield from super().points(rng, n)
        yield Point(cls(by=2.5), {"x": rng.standard_normal((2, n))}, "by 5/2")
        yield Point(cls(by=0.0), {"x": rng.standard_normal(n)}, "by zero")
