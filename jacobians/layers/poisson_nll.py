"""PoissonNLL: J = Σ (exp(x) − t x)/K, over all K entries of the batch.

The negative log-likelihood of counts t whose rate is exp(x); without `log_input` x is the rate itself. As PyTorch's
poisson_nll_loss, without the term log t! that does not depend on x. `reduction` "sum" leaves out the 1/K, "none" the Σ
as well; "mean" divides what the formulas of L give by K. ε = `eps`.

    J[k]    = exp(x) − t x                                                         (1)
    J[k]    = x − t log(x + ε)         without log_input                           (2)
    L^x     = exp(x) − t               in column k; with "none", on the diagonal   (3)
    L^x     = (x + ε − t)/(x + ε)      without log_input                           (4)
    L^t     = −x, or −log(x + ε)       most code leaves it out                     (5)
    L^x     = 1 − t/(x + ε)            as often written; loses its digits where x is near t   (6)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point
from ..reduction import L_reduced, mean_mistakes, reduced


class PoissonNLL(Layer):
    reduction: str = "mean"
    log_input: bool = True
    eps: float = 1e-8

    optional = ("target",)
    interacts = True

    def forward(self, x: Any, target: Any) -> Any:
        if self.log_input:
            return reduced(np.exp(x) - target * x, self.reduction)  # (1)
        return reduced(x - target * np.log(x + self.eps), self.reduction)  # (2)

    def L_x(self, x: Any, target: Any) -> Matrix:
        if self.log_input:
            return L_reduced(np.exp(x) - target, self.reduction)  # (3)
        return L_reduced((x - target + self.eps) / (x + self.eps), self.reduction)  # (4)

    def L_target(self, x: Any, target: Any) -> Matrix:
        return L_reduced(-x if self.log_input else -np.log(x + self.eps), self.reduction)  # (5)

    def L_x_from_output(self, y: Any, x: Any, target: Any) -> Matrix | None:
        return None if self.log_input else L_reduced(1.0 - target / (x + self.eps), self.reduction)  # (6)

    def mistakes(self, a: str, /, x: Any, target: Any) -> Iterator[Mistake]:
        if a == "x" and self.log_input:
            yield Mistake("missing-exp", "it is x − t, and should be exp(x) − t", L_reduced(x - target, self.reduction))
            text = "it is exp(x): the count is never subtracted"
            yield Mistake("missing-target", text, L_reduced(np.exp(x), self.reduction))
        elif a == "x":
            text = "it is x − t: not divided by x"
            yield Mistake("missing-reciprocal", text, L_reduced(x - target, self.reduction))
        yield from mean_mistakes(self.L(a, x=x, target=target), self.reduction, x.size, len(x))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], scale: float = 1.0, **settings: Any) -> Point:
            x = rng.standard_normal(shape) if settings.get("log_input", True) else rng.uniform(0.5, 4.0, shape)
            return Point(cls(**settings), {"x": x * scale, "target": rng.uniform(0.25, 5.0, shape)}, name)

        yield point("typical", (n + 1, n))
        yield point("not reduced", (3, n), reduction="none")
        yield point("summed", (2, 2, n), reduction="sum")
        yield point("numbers, large", (n,), 20.0)
        yield point("rates", (n, 3), log_input=False)
        yield point("rates, not reduced", (3, 2), log_input=False, reduction="none", eps=0.125)
        small = {"x": np.array([[1e-8, 1e-6, 0.25]]), "target": np.array([[0.0, 1.0, 2.0]])}
        yield Point(cls(log_input=False), small, "rates near eps")
        counts = rng.integers(1, 4, (2, 3)).astype(float)
        yield Point(
            cls(log_input=False, reduction="sum"), {"x": counts, "target": counts.copy()}, "rates equal to counts"
        )
        whole = {"x": rng.integers(-2, 3, (2, 3)).astype(float), "target": rng.integers(0, 3, (2, 3)).astype(float)}
        yield Point(cls(), whole, "whole numbers")
