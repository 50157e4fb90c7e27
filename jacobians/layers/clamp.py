"""Clamp: y = min(max(x, lo), hi).

    h(x)  = lo where x < lo, hi where x > hi, else x                               (1)
    h'(x) = 1 where lo < x < hi, 0 outside                                         (2)
    h'(lo) = at_lo, h'(hi) = at_hi                                                 (3)

The map of Hardtanh with the other convention first: PyTorch's clamp has 1 at both bounds, so that an x that was clamped
before keeps its gradient (quantisation-aware training relies on it); a gate with > and < has 0; min and max that share
a tie give 0.5 (JAX's clip).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import diag
from ..mistake import Mistake
from ..point import Point
from ..pointwise import Pointwise


class Clamp(Pointwise):
    lo: float = -1.0
    hi: float = 2.0
    at_lo: float = 1.0
    at_hi: float = 1.0

    conventions = {"at_lo": (1.0, 0.0, 0.5), "at_hi": (1.0, 0.0, 0.5)}

    def h(self, x: Any) -> Any:
        return np.where(x < self.lo, self.lo, np.where(x > self.hi, self.hi, x))  # (1)

    def dh(self, x: Any) -> Any:
        inside = np.where((x > self.lo) & (x < self.hi), 1.0, 0.0)  # (2)
        return np.where(x == self.lo, self.at_lo, np.where(x == self.hi, self.at_hi, inside))  # (3)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        d = self.dh(x)
        yield Mistake("upper-bound-forgotten", "it is 1 also where x > hi", diag(np.where(x > self.hi, 1.0, d)))
        yield Mistake("lower-bound-forgotten", "it is 1 also where x < lo", diag(np.where(x < self.lo, 1.0, d)))
        text = "the gate is turned round: 1 outside the bounds, 0 between them"
        yield Mistake("gate-turned-round", text, diag(1.0 - d))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": across(rng, (n, n + 1), -1.0, 2.0)}, "typical")
        yield Point(cls(lo=-0.5, hi=0.75), {"x": across(rng, (3 * n + 1,), -0.5, 0.75)}, "other bounds")
        yield Point(cls(lo=1e-6, hi=1e-3), {"x": across(rng, (2, n), 1e-6, 1e-3)}, "tiny bounds of one sign")
        yield Point(cls(), {"x": np.array([[40.0, -40.0, 0.5], [-1000.0, 18.0, -0.75]])}, "far outside")
        yield Point(cls(), {"x": rng.integers(-3, 4, (3, 5)).astype(float)}, "whole numbers, with ties")
        yield Point(cls(), {"x": np.array([[-1.0, 2.0, 0.0]])}, "on both bounds")
        yield Point(cls(), {"x": rng.uniform(-1.5, 2.5, (1, 1, 1))}, "a single entry")


def across(rng: np.random.Generator, shape: tuple[int, ...], low: float, high: float) -> np.ndarray:
    """A quarter of the numbers below `low`, half of them between, a quarter above `high`; none close to a bound."""
    m = int(np.prod(shape))
    side = np.array([-1.0, 0.0, 0.0, 1.0])[np.arange(m) % 4]
    return low + (high - low) * rng.permutation(side + rng.uniform(0.1, 0.9, m)).reshape(shape)
