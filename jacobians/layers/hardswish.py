"""Hardswish: y = x · min(max(x + 3, 0), 6)/6.

Howard et al. 2019 (MobileNetV3); as in PyTorch and JAX.

    h(x)  = x min(max(x + 3, 0), 6)/6                                              (1)
    h'(x) = 0 where x < −3, x/3 + 1/2 where −3 < x < 3, 1 where x > 3              (2)
    h'(−3) = −at_low/2, h'(3) = 1 + at_high/2                                      (3)

The two kinks are conventions: the share of the inner side's derivative is 0 in PyTorch, 1 where a gate has ≥ and ≤,
0.5 where min and max share a tie (1.25 at 3: tinygrad).
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


class Hardswish(Pointwise):
    at_low: float = 0.0
    at_high: float = 0.0

    conventions = {"at_low": (0.0, 1.0, 0.5), "at_high": (0.0, 1.0, 0.5)}

    def h(self, x: Any) -> Any:
        return x * np.minimum(np.maximum(x + 3.0, 0.0), 6.0) / 6.0  # (1)

    def dh(self, x: Any) -> Any:
        smooth = np.where(x < -3, 0.0, np.where(x > 3, 1.0, x / 3.0 + 0.5))  # (2)
        return np.where(x == -3, -0.5 * self.at_low, np.where(x == 3, 1.0 + 0.5 * self.at_high, smooth))  # (3)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        gate = np.minimum(np.maximum(x + 3.0, 0.0), 6.0) / 6.0
        text = "it is min(max(x + 3, 0), 6)/6: the gate was taken as constant"
        yield Mistake("gate-taken-as-constant", text, diag(gate))
        yield Mistake("bounds-forgotten", "it is x/3 + 1/2 everywhere", diag(x / 3.0 + 0.5))
        text = "it is 0, not 1, where x > 3"
        yield Mistake("zero-above", text, diag(np.where(x > 3, 0.0, self.dh(x))))
        text = "between the bounds it is x/6 + 1/2: y = x²/6 + x/2 has 2x/6"
        yield Mistake("square-not-doubled", text, diag(np.where(np.abs(x) < 3, x / 6.0 + 0.5, self.dh(x))))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": across(rng, (n, n + 1), -3.0, 3.0)}, "typical")
        yield Point(cls(), {"x": across(rng, (3 * n + 1,), -3.0, 3.0)}, "a vector")
        yield Point(cls(), {"x": np.array([[40.0, -40.0, 0.5], [-1000.0, 2.75, -3.25]])}, "far outside")
        yield Point(cls(), {"x": rng.standard_normal((2, n)) * 1e-6}, "tiny")
        yield Point(cls(), {"x": rng.integers(-4, 5, (3, 5)).astype(float)}, "whole numbers, with ties")
        yield Point(cls(), {"x": np.array([[-3.0, 3.0, 0.0]])}, "on both bounds")
        yield Point(cls(), {"x": rng.uniform(-4.0, 4.0, (1, 1, 1))}, "a single entry")
