"""Hardshrink: y = x where |x| > λ, 0 elsewhere.

    h(x)  = x where |x| > λ, 0 elsewhere                                           (1)
    h'(x) = 1 where |x| > λ, 0 where |x| < λ, a convention at |x| = λ               (2)

`lambd` is λ > 0 under PyTorch's name. At |x| = λ y jumps, so there is no derivative; PyTorch takes 0.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import diag
from ..mistake import Mistake
from ..point import Point
from ..pointwise import Pointwise


class Hardshrink(Pointwise):
    lambd: float = 0.5
    at_jump: float = 0.0
    conventions = {"at_jump": (0.0, 1.0)}

    def h(self, x: Any) -> Any:
        return np.where(np.abs(x) > self.lambd, x, 0.0)  # (1)

    def dh(self, x: Any) -> Any:
        outside = np.abs(x) > self.lambd
        return np.where(outside, 1.0, np.where(np.abs(x) == self.lambd, self.at_jump, 0.0))  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        if a == "x":
            yield Mistake("no-gate", "the gradient passes between −λ and λ too", diag(np.ones(np.shape(x))))
            yield Mistake("one-sided", "the gradient is lost below −λ", diag(np.where(x > self.lambd, 1.0, 0.0)))
            inside = np.where(np.abs(x) <= self.lambd, 1.0, 0.0)
            yield Mistake("gate-inverted", "the gradient passes between −λ and λ only", diag(inside))
            yield Mistake("times-y", "the gradient is multiplied by y and not by the gate", diag(self.h(x)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield from super().points(rng, n)
        ties = np.array([[-0.5, 0.5, 0.0], [0.75, -0.25, -2.0]])
        yield Point(cls(), {"x": ties}, "ties with λ")
        yield Point(cls(lambd=2.0), {"x": rng.integers(-3, 4, 2 * n + 1).astype(float)}, "another λ, with ties")
