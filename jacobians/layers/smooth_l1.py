"""SmoothL1: J = Σ h(ŷ − t)/K, over all K entries of the batch.

h is ½ d²/β near 0 and a line of slope ±1 beyond, β = `beta` > 0: PyTorch's smooth_l1_loss, which is Huber's divided by
β. `reduction` "sum" leaves out the 1/K, "none" the Σ as well; "mean" divides what both formulas below give by K.

    h(d)    = ½ d²/β if |d| < β, else |d| − ½ β                                    (1)
    h'(d)   = d/β clipped to [−1, 1]                                               (2)
    L^ŷ     =  h'(ŷ[k] − t[k])         in column k; with "none", on the diagonal   (3)
    L^t     = −h'(ŷ[k] − t[k])         likewise; most code leaves it out           (4)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point
from ..reduction import L_reduced, mean_mistakes, pairs, reduced


class SmoothL1(Layer):
    reduction: str = "mean"
    beta: float = 1.0

    optional = ("target",)
    interacts = True

    def forward(self, yhat: Any, target: Any) -> Any:
        d = yhat - target
        line = np.abs(d) - 0.5 * self.beta
        return reduced(np.where(np.abs(d) < self.beta, 0.5 * d * d / self.beta, line), self.reduction)  # (1)

    def _slope(self, d: Any) -> Any:
        return np.where(d >= self.beta, 1.0, np.where(d <= -self.beta, -1.0, d / self.beta))  # (2)

    def L_yhat(self, yhat: Any, target: Any) -> Matrix:
        return L_reduced(self._slope(yhat - target), self.reduction)  # (3)

    def L_target(self, yhat: Any, target: Any) -> Matrix:
        return L_reduced(-self._slope(yhat - target), self.reduction)  # (4)

    def mistakes(self, a: str, /, yhat: Any, target: Any) -> Iterator[Mistake]:
        d = yhat - target if a == "yhat" else target - yhat
        sign, inside = np.sign(d), np.abs(d) < self.beta
        yield Mistake(
            "not-clipped", "it is that of ½ (ŷ − t)²/beta beyond beta too", L_reduced(d / self.beta, self.reduction)
        )
        yield Mistake("sign-everywhere", "it is ±1 within beta too", L_reduced(sign, self.reduction))
        if self.beta != 1:
            text = "within beta it is ŷ − t, not divided by beta"
            yield Mistake("missing-beta", text, L_reduced(np.where(inside, d, sign), self.reduction))
            text = "it is that of Huber's loss, which is beta times this one"
            yield Mistake("huber", text, L_reduced(np.clip(d, -self.beta, self.beta), self.reduction))
        yield from mean_mistakes(self.L(a, yhat=yhat, target=target), self.reduction, yhat.size, len(yhat))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        for name, reduction, values in pairs(rng, n):
            yield Point(cls(reduction=reduction), values, name)
        far = {"yhat": rng.standard_normal((n, 3)) * 4, "target": rng.standard_normal((n, 3))}
        yield Point(cls(beta=2.5), far, "a wider middle")
        yield Point(cls(beta=0.3, reduction="none"), {a: v[:2] for a, v in far.items()}, "a narrow middle")
