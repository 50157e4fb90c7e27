"""SiLU: y = x σ(beta x), σ(v) = 1/(1 + exp(−v)).

Also called swish. beta is a fixed number, 1 in PyTorch; 1.702 makes it the sigmoid formula for GELU.

    h(x)  = x σ(v)                          v = beta x                             (1)
    h'(x) = σ(v) + v σ'(v)                                                         (2)
    h'(x) = σ(v) + beta y (1 − σ(v))        from the output; loses digits once σ is near 1   (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..point import Point
from ..pointwise import Pointwise
from .sigmoid import Sigmoid


class SiLU(Pointwise):
    beta: float = 1.0

    def h(self, x: Any) -> Any:
        return x * Sigmoid().h(self.beta * x)  # (1)

    def dh(self, x: Any) -> Any:
        v = self.beta * x
        return Sigmoid().h(v) + v * Sigmoid().dh(v)  # (2)

    def dh_as_usual(self, x: Any) -> Any:
        s = Sigmoid().h(self.beta * x)
        return s + self.beta * (x * s) * (1.0 - s)  # (3)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        return diag(self.dh_as_usual(x))

    def atoms(self) -> Any:
        from ..graph import Graph
        from .multiply import Multiply
        from .scale import Scale

        return Graph(v=(Scale(by=self.beta), "x"), s=(Sigmoid(), "v"), y=(Multiply(), "x", "s"))

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        v = self.beta * x
        s, ds = Sigmoid().h(v), Sigmoid().dh(v)
        yield Mistake("gate-taken-as-constant", "it is σ(v): the term v σ'(v) is missing", diag(s))
        yield Mistake("sigmoid-derivative", "it is σ'(v), the derivative of sigmoid alone", diag(ds))
        yield Mistake("missing-input", "the second term is σ'(v), not v σ'(v)", diag(s + ds))
        yield Mistake("missing-one-minus-sigmoid", "the second term is v σ(v), without 1 − σ(v)", diag(s + v * s))
        if self.beta != 1.0:
            yield Mistake("missing-beta", "the second term is x σ'(v): its factor beta is missing", diag(s + x * ds))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield from super().points(rng, n)
        yield Point(cls(beta=1.702), {"x": rng.standard_normal((2, n))}, "a beta of 1.702")
        yield Point(cls(beta=-0.5), {"x": rng.integers(-2, 3, (4, 3)).astype(float)}, "a beta of −1/2, whole numbers")
