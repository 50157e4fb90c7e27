"""Hardtanh: y = min(max(x, min), max).

    h(x)  = min where x < min, max where x > max, else x                           (1)
    h'(x) = 1 where min < x < max, 0 outside                                       (2)
    h'(min) = at_min, h'(max) = at_max                                             (3)

The two kinks are conventions: PyTorch has 0 at both; JAX has 1 at both; the mean of the sides, 0.5, is what min and max
give that share a tie.
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


class Hardtanh(Pointwise):
    min: float = -1.0
    max: float = 1.0
    at_min: float = 0.0
    at_max: float = 0.0

    conventions = {"at_min": (0.0, 1.0, 0.5), "at_max": (0.0, 1.0, 0.5)}

    def h(self, x: Any) -> Any:
        return np.where(x < self.min, self.min, np.where(x > self.max, self.max, x))  # (1)

    def dh(self, x: Any) -> Any:
        inside = np.where((x > self.min) & (x < self.max), 1.0, 0.0)  # (2)
        return np.where(x == self.min, self.at_min, np.where(x == self.max, self.at_max, inside))  # (3)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        d = self.dh(x)
        yield Mistake("upper-bound-forgotten", "it is 1 also where x > max", diag(np.where(x > self.max, 1.0, d)))
        yield Mistake("lower-bound-forgotten", "it is 1 also where x < min", diag(np.where(x < self.min, 1.0, d)))
        text = "it is the derivative of tanh"
        yield Mistake("smooth-derivative", text, diag(1.0 - np.tanh(x) * np.tanh(x)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": across(rng, (n, n + 1), -1.0, 1.0)}, "typical")
        yield Point(cls(min=-0.5, max=2.0), {"x": across(rng, (3 * n + 1,), -0.5, 2.0)}, "other bounds")
        yield Point(cls(min=0.25, max=0.75), {"x": across(rng, (2, n), 0.25, 0.75)}, "bounds of one sign")
        yield Point(cls(), {"x": np.array([[40.0, -40.0, 0.5], [-1000.0, 18.0, -0.75]])}, "far outside")
        yield Point(cls(), {"x": rng.standard_normal((2, n)) * 1e-6}, "tiny")
        yield Point(cls(min=-2.0), {"x": rng.integers(-3, 3, (3, 5)).astype(float)}, "whole numbers, with ties")
        yield Point(cls(), {"x": np.array([[-1.0, 1.0, 0.0]])}, "on both bounds")
        yield Point(cls(), {"x": rng.uniform(-1.5, 1.5, (1, 1, 1))}, "a single entry")
