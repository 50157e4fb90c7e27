"""BinaryCrossEntropy: J = −Σ (t log p + (1 − t) log(1 − p))/K, over all K entries of the batch.

p are probabilities, 0 < p < 1, t targets from 0 to 1, of one shape. `reduction` "sum" leaves out the 1/K, "none" the Σ
as well; "mean" divides what the formulas of L give by K. PyTorch's binary_cross_entropy also holds the logarithms
above −100 and p (1 − p) above 1e−12, which only matters within 1e−12 of p = 0 and p = 1.

    J[k]    = −(t log p + (1 − t) log(1 − p))                                      (1)
    L^p     = (p − t)/(p (1 − p))      in column k; with "none", on the diagonal   (2)
    L^t     = log(1 − p) − log p       likewise; most code leaves it out           (3)
    L^p     = (1 − t)/(1 − p) − t/p    as often written; loses its digits where p is near t   (4)
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


class BinaryCrossEntropy(Layer):
    reduction: str = "mean"

    optional = ("target",)
    interacts = True

    def forward(self, p: Any, target: Any) -> Any:
        terms = -(target * np.log(p) + (1.0 - target) * np.log1p(-p))
        return reduced(terms, self.reduction)  # (1)

    def L_p(self, p: Any, target: Any) -> Matrix:
        return L_reduced((p - target) / (p * (1.0 - p)), self.reduction)  # (2)

    def L_target(self, p: Any, target: Any) -> Matrix:
        return L_reduced(np.log1p(-p) - np.log(p), self.reduction)  # (3)

    def L_p_from_output(self, y: Any, p: Any, target: Any) -> Matrix:
        return L_reduced((1.0 - target) / (1.0 - p) - target / p, self.reduction)  # (4)

    def mistakes(self, a: str, /, p: Any, target: Any) -> Iterator[Mistake]:
        if a == "p":
            text = "it is p − t: the gradient by the logit, not by p (1/(p (1 − p)) is missing)"
            yield Mistake("gradient-by-the-logit", text, L_reduced(p - target, self.reduction))
            text = "it is −t/p: the term (1 − t) log(1 − p) is missing"
            yield Mistake("missing-second-term", text, L_reduced(-target / p, self.reduction))
            text = "the derivative of log(1 − p) has the wrong sign: it is −t/p − (1 − t)/(1 − p)"
            yield Mistake("second-term-negated", text, L_reduced(-target / p - (1 - target) / (1 - p), self.reduction))
        yield from mean_mistakes(self.L(a, p=p, target=target), self.reduction, p.size, len(p))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], reduction: str = "mean", hard: bool = False) -> Point:
            target = rng.uniform(0.1, 0.9, shape)
            values = {"p": rng.uniform(0.1, 0.85, shape), "target": np.rint(target) if hard else target}
            return Point(cls(reduction), values, name)

        yield point("typical", (n + 1, n))
        yield point("targets of 0 and 1", (n, 3), "mean", True)
        yield point("not reduced", (3, n), "none")
        yield point("summed", (2, 2, n), "sum")
        yield point("numbers", (n,))
        edge = np.array([[1e-6, 1e-3, 0.5, 0.25], [0.999, 1e-4, 0.875, 1 - 2.0**-20]])
        yield Point(
            cls(), {"p": edge, "target": np.array([[0.0, 1.0, 0.5, 1.0], [1.0, 0.0, 0.25, 0.0]])}, "near 0 and 1"
        )
        p = rng.uniform(0.1, 0.85, (3, 2))
        yield Point(cls("sum"), {"p": p, "target": p.copy()}, "the target met")
