"""Power: y = x^exponent.

The exponent is a fixed number. A whole one takes any x, also 0 where it is not negative; another takes x > 0, and x = 0
where it is above 1.

    h(x)  = x^c                c the exponent; 0⁰ = 1                              (1)
    h'(x) = c x^(c − 1)        0 where c = 0, also at x = 0                        (2)

Code that writes (2) as c y/x has no answer at x = 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import diag
from ..mistake import Mistake
from ..point import Point
from ..pointwise import Pointwise


class Power(Pointwise):
    exponent: float = 3.0

    def h(self, x: Any) -> Any:
        return np.power(x, self.exponent)  # (1)

    def dh(self, x: Any) -> Any:
        if self.exponent == 0:
            return np.zeros(x.shape)
        return self.exponent * np.power(x, self.exponent - 1.0)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        c, y = self.exponent, self.h(x)
        yield Mistake("exponent-not-lowered", "it is c x^c, not c x^(c − 1)", diag(c * y))
        text = "it is y log|x|, the derivative by the exponent"
        log = np.log(np.where(x == 0, 1.0, np.abs(x)))
        yield Mistake("derivative-by-the-exponent", text, diag(y * log))
        if c >= 2 or c <= 0:
            text = "the exponent is lowered twice: c x^(c − 2)"
            yield Mistake("lowered-twice", text, diag(c * np.power(np.where((x == 0) & (c < 2), 1.0, x), c - 2.0)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, exponent: float, *shape: int) -> Point:
            return Point(cls(exponent), {"x": rng.uniform(0.25, 4.0, shape)}, name)

        yield Point(cls(), {"x": rng.standard_normal((n, n + 1))}, "typical")
        yield point("to the power of 5/2", 2.5, 3 * n + 1)
        yield point("to the power of 1/3", 1.0 / 3.0, 2, n)
        yield point("to the power of −1/2", -0.5, n)
        sign = rng.choice([-1.0, 1.0], (2, 3))
        yield Point(cls(-2.0), {"x": sign * rng.uniform(0.5, 2.0, (2, 3))}, "to the power of −2")
        yield Point(cls(), {"x": rng.standard_normal((2, n)) * 1e-6}, "tiny")
        for exponent in (0.0, 1.0, 2.0, 5.0):
            x = rng.integers(-2, 3, (2, 4)).astype(float)
            yield Point(cls(exponent), {"x": x}, f"whole numbers, with zeros, to the power of {exponent:g}")
