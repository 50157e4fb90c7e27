"""Hardsigmoid: y = min(max(x/6 + 1/2, 0), 1).

PyTorch's and JAX's; Keras' older one has 0.2 x + 0.5.

    h(x)  = min(max(x/6 + 1/2, 0), 1)                                              (1)
    h'(x) = 1/6 where −3 < x < 3, 0 outside                                        (2)
    h'(−3) = at_low/6, h'(3) = at_high/6                                           (3)

The two kinks are conventions: the share of the inner side's derivative is 0 in PyTorch, 1 where a gate has ≥ and ≤,
0.5 where min and max share a tie.
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
from .sigmoid import Sigmoid


class Hardsigmoid(Pointwise):
    at_low: float = 0.0
    at_high: float = 0.0

    conventions = {"at_low": (0.0, 1.0, 0.5), "at_high": (0.0, 1.0, 0.5)}

    def h(self, x: Any) -> Any:
        return np.minimum(np.maximum(x / 6.0 + 0.5, 0.0), 1.0)  # (1)

    def dh(self, x: Any) -> Any:
        inside = np.where((x > -3) & (x < 3), 1.0, 0.0)  # (2)
        return np.where(x == -3, self.at_low, np.where(x == 3, self.at_high, inside)) / 6.0  # (3)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        text = "the gate asks whether x, not x + 3, is between 0 and 6"
        yield Mistake("gate-not-shifted", text, diag(np.where((x > 0) & (x < 6), 1.0 / 6.0, 0.0)))
        text = "it is 1/6 everywhere: the gate is missing"
        yield Mistake("missing-gate", text, diag(np.full(x.shape, 1.0 / 6.0)))
        yield Mistake("smooth-derivative", "it is the derivative of sigmoid", diag(Sigmoid().dh(x)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": across(rng, (n, n + 1), -3.0, 3.0)}, "typical")
        yield Point(cls(), {"x": across(rng, (3 * n + 1,), -3.0, 3.0)}, "a vector")
        yield Point(cls(), {"x": np.array([[40.0, -40.0, 0.5], [-1000.0, 2.75, -3.25]])}, "far outside")
        yield Point(cls(), {"x": rng.standard_normal((2, n)) * 1e-6}, "tiny")
        yield Point(cls(), {"x": rng.integers(-4, 5, (3, 5)).astype(float)}, "whole numbers, with ties")
        yield Point(cls(), {"x": np.array([[-3.0, 3.0, 0.0]])}, "on both bounds")
        yield Point(cls(), {"x": rng.uniform(-4.0, 4.0, (1, 1, 1))}, "a single entry")
