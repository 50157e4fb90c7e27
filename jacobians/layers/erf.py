"""Erf: y = 2/√π ∫ exp(−t²) dt from 0 to x.

h(x)  = erf(x)                                                                 (1)
h'(x) = 2/√π exp(−x²)                                                          (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import special

from ..matrix import diag
from ..mistake import Mistake
from ..point import Point
from ..pointwise import Pointwise

_erf: Any = special.erf  # of any arithmetic
SLOPE = 1.12837916709551257  # 2/√π


class Erf(Pointwise):
    def h(self, x: Any) -> Any:
        return _erf(x)  # (1)

    def dh(self, x: Any) -> Any:
        return SLOPE * np.exp(-(x * x))  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        text = "it is the normal density, exp(−x²/2)/√(2π)"
        yield Mistake("normal-density", text, diag(np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)))
        yield Mistake("exponent-halved", "the exponent is −x²/2, not −x²", diag(SLOPE * np.exp(-0.5 * x * x)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": rng.standard_normal((n, n + 1))}, "typical")
        yield Point(cls(), {"x": rng.standard_normal(3 * n + 1) * 2}, "wide")
        yield Point(cls(), {"x": np.array([[1000.0, -20.0, 5.25], [-6.5, 3.0, -4.375]])}, "saturated")
        yield Point(cls(), {"x": rng.standard_normal((2, n)) * 1e-6}, "tiny")
        yield Point(cls(), {"x": rng.integers(-2, 3, (3, 5)).astype(float)}, "whole numbers, with zeros")
        yield Point(cls(), {"x": rng.standard_normal((1, 1, 1))}, "a single entry")
