"""ReLU6: y = min(max(x, 0), 6).

    h(x)  = 0 where x < 0, 6 where x > 6, else x                                   (1)
    h'(x) = 1 where 0 < x < 6, 0 outside                                           (2)
    h'(0) = at_zero, h'(6) = at_six                                                (3)

The two kinks are conventions: PyTorch has 0 at both; min and max that share a tie give 0.5 (tinygrad); a gate with ≥
and ≤ has 1. The defaults are PyTorch's, also at 0, where ReLU follows the chapter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import diag
from ..mistake import Mistake
from ..point import Point
from ..pointwise import Pointwise
from .clamp import across


class ReLU6(Pointwise):
    at_zero: float = 0.0
    at_six: float = 0.0

    conventions = {"at_zero": (0.0, 1.0, 0.5), "at_six": (0.0, 1.0, 0.5)}

    def h(self, x: Any) -> Any:
        return np.where(x < 0, 0.0, np.where(x > 6, 6.0, x))  # (1)

    def dh(self, x: Any) -> Any:
        inside = np.where((x > 0) & (x < 6), 1.0, 0.0)  # (2)
        return np.where(x == 0, self.at_zero, np.where(x == 6, self.at_six, inside))  # (3)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        text = "it is 1 also where x > 6: relu's gate"
        yield Mistake("upper-bound-forgotten", text, diag(np.where(x > 6, 1.0, self.dh(x))))
        yield Mistake("lower-bound-forgotten", "it is 1 also where x < 0", diag(np.where(x < 0, 1.0, self.dh(x))))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": across(rng, (n, n + 1), 0.0, 6.0)}, "typical")
        yield Point(cls(), {"x": across(rng, (3 * n + 1,), 0.0, 6.0)}, "a vector")
        yield Point(cls(), {"x": np.array([[40.0, -40.0, 0.5], [-1000.0, 5.75, 6.25]])}, "far outside")
        yield Point(cls(), {"x": rng.standard_normal((2, n)) * 1e-6}, "tiny")
        whole = rng.integers(-2, 3, (3, 5)) + rng.choice([0.0, 6.0], (3, 5))
        yield Point(cls(), {"x": whole}, "whole numbers, with ties")
        yield Point(cls(), {"x": np.array([[0.0, 6.0, 3.0]])}, "on both bounds")
        yield Point(cls(), {"x": rng.uniform(-1.5, 7.5, (1, 1, 1))}, "a single entry")
