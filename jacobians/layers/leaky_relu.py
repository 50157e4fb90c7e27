"""LeakyReLU: y = x if x > 0, else slope · x.

    h(x)  = x if x > 0, else slope · x                                             (1)
    h'(x) = 1 if x > 0, slope if x < 0                                             (2)
    h'(0) = at_zero + (1 − at_zero) · slope                                        (3)

The kink's derivative is a convention, said as in ReLU (which is slope = 0): at_zero = 1 takes that of the right (the
chapter's "if x ≥ 0"), 0 that of the left (PyTorch, TensorFlow), 0.5 the mean of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import where
from ..point import Point
from ..pointwise import Pointwise


class LeakyReLU(Pointwise):
    slope: float = 0.01
    at_zero: float = 1.0

    conventions = {"at_zero": (1.0, 0.0, 0.5)}

    def h(self, x: Any) -> Any:
        return where(x > 0, x, self.slope * x)  # (1)

    def dh(self, x: Any) -> Any:
        kink = self.at_zero + (1.0 - self.at_zero) * self.slope  # (3)
        return np.where(x > 0, 1.0, np.where(x < 0, self.slope, kink))  # (2)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield from super().points(rng, n)
        yield Point(cls(slope=0.25), {"x": rng.integers(-2, 3, (4, n)).astype(float)}, "a slope of 1/4, with zeros")
