"""ELU: y = x if x > 0, else alpha · (exp(x) − 1).

    h(x)  = x if x > 0, else alpha (exp(x) − 1)                                    (1)
    h'(x) = 1 if x > 0, alpha exp(x) if x < 0                                      (2)
    h'(0) = at_zero + (1 − at_zero) · alpha                                        (3)
    h'(x) = y + alpha for x < 0     from the output; loses its digits once y is near −alpha   (4)

With alpha = 1, the default of all libraries, there is no kink. With another, at_zero says which side's derivative is
taken at 0, as in LeakyReLU: 0 the left one (PyTorch, JAX), 1 the right one (code that asks `x >= 0`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import where
from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..point import Point
from ..pointwise import Pointwise


class ELU(Pointwise):
    alpha: float = 1.0
    at_zero: float = 0.0

    conventions = {"at_zero": (0.0, 1.0, 0.5)}

    def h(self, x: Any) -> Any:
        return where(x > 0, x, self.alpha * np.expm1(np.minimum(x, 0.0)))  # (1)

    def dh(self, x: Any) -> Any:
        return self._gate(x, self.alpha * np.exp(np.minimum(x, 0.0)))  # (2)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        return diag(self._gate(x, y + self.alpha))  # (4); y is 0 where x is: the side is never in doubt

    def _gate(self, x: Any, left: Any) -> Any:
        kink = self.at_zero + (1.0 - self.at_zero) * self.alpha  # (3)
        return np.where(x > 0, 1.0, np.where(x < 0, left, kink))

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        y = self.h(x)
        if self.alpha != 1.0:
            missing = np.where(x > 0, 1.0, np.exp(np.minimum(x, 0.0)))
            yield Mistake("missing-alpha", "the factor alpha is missing left of 0", diag(missing))
        text = "left of 0 it is y: the + alpha of y + alpha is missing"
        yield Mistake("missing-plus-alpha", text, diag(self._gate(x, y)))
        text = "y + alpha is computed from the input x instead of the output y"
        yield Mistake("input-for-output", text, diag(self._gate(x, x + self.alpha)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        first, *others = super().points(rng, n)
        yield Point(cls(alpha=0.7), first.values, "typical")
        yield from others
        yield Point(cls(alpha=2.5), {"x": rng.integers(-2, 3, (4, n)).astype(float)}, "an alpha of 5/2, with zeros")
