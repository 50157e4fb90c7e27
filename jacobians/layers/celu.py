"""CELU: y = x if x > 0, else alpha · (exp(x/alpha) − 1).

Barron 2017: ELU with its argument divided by alpha, so that there is no kink whatever alpha is.

    h(x)  = x if x > 0, else alpha (exp(x/alpha) − 1)                              (1)
    h'(x) = 1 if x > 0, else exp(x/alpha)                                          (2)
    h'(x) = 1 + y/alpha for x ≤ 0   from the output; loses its digits once y is near −alpha   (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import where
from ..matrix import diag
from ..mistake import Mistake
from ..point import Point
from ..pointwise import Pointwise


class CELU(Pointwise):
    alpha: float = 1.0

    def h(self, x: Any) -> Any:
        return where(x > 0, x, self.alpha * np.expm1(np.minimum(x, 0.0) / self.alpha))  # (1)

    def dh(self, x: Any) -> Any:
        return np.exp(np.minimum(x, 0.0) / self.alpha)  # (2)

    def dh_from_output(self, y: Any) -> Any:
        return 1.0 + np.minimum(y, 0.0) / self.alpha  # (3)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        below = np.minimum(x, 0.0)
        if self.alpha != 1.0:
            text = "left of 0 it is alpha exp(x/alpha): the inner derivative 1/alpha is missing"
            wrong = np.where(x > 0, 1.0, self.alpha * np.exp(below / self.alpha))
            yield Mistake("missing-inner-derivative", text, diag(wrong))
            yield Mistake("exponent-not-divided", "left of 0 it is exp(x), not exp(x/alpha)", diag(np.exp(below)))
        text = "left of 0 it is y/alpha: the 1 + of 1 + y/alpha is missing"
        yield Mistake("missing-one", text, diag(np.where(x > 0, 1.0, self.h(x) / self.alpha)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        first, *others = super().points(rng, n)
        yield Point(cls(alpha=0.5), first.values, "typical")
        yield from others
        yield Point(cls(alpha=4.0), {"x": rng.integers(-2, 3, (4, n)).astype(float)}, "an alpha of 4, with zeros")
