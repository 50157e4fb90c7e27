"""Huber: J = Σ h(ŷ − t)/K, over all K entries of the batch.

h is ½ d² near 0 and a line of slope ±δ beyond, δ = `delta`: PyTorch's huber_loss. `reduction` "sum" leaves out the 1/K,
"none" the Σ as well; "mean" divides what both formulas below give by K.

    h(d)    = ½ d² if |d| ≤ δ, else δ (|d| − ½ δ)                                  (1)
    h'(d)   = d clipped to [−δ, δ]                                                 (2)
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


class Huber(Layer):
    reduction: str = "mean"
    delta: float = 1.0

    optional = ("target",)
    interacts = True

    def forward(self, yhat: Any, target: Any) -> Any:
        d = yhat - target
        line = self.delta * (np.abs(d) - 0.5 * self.delta)
        return reduced(np.where(np.abs(d) <= self.delta, 0.5 * d * d, line), self.reduction)  # (1)

    def _slope(self, d: Any) -> Any:
        return np.where(d > self.delta, self.delta, np.where(d < -self.delta, -self.delta, d))  # (2)

    def L_yhat(self, yhat: Any, target: Any) -> Matrix:
        return L_reduced(self._slope(yhat - target), self.reduction)  # (3)

    def L_target(self, yhat: Any, target: Any) -> Matrix:
        return L_reduced(-self._slope(yhat - target), self.reduction)  # (4)

    def mistakes(self, a: str, /, yhat: Any, target: Any) -> Iterator[Mistake]:
        d = yhat - target if a == "yhat" else target - yhat
        sign, inside = np.sign(d), np.abs(d) <= self.delta
        yield Mistake("not-clipped", "it is that of ½ (ŷ − t)² beyond delta too", L_reduced(d, self.reduction))
        yield Mistake("sign-everywhere", "it is ±delta within delta too", L_reduced(self.delta * sign, self.reduction))
        if self.delta != 1:
            text = "beyond delta the slope is ±1, and should be ±delta"
            yield Mistake("missing-delta", text, L_reduced(np.where(inside, d, sign), self.reduction))
        yield from mean_mistakes(self.L(a, yhat=yhat, target=target), self.reduction, yhat.size, len(yhat))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        for name, reduction, values in pairs(rng, n):
            yield Point(cls(reduction=reduction), values, name)
        far = {"yhat": rng.standard_normal((n, 3)) * 4, "target": rng.standard_normal((n, 3))}
        yield Point(cls(delta=2.5), far, "a wider middle")
        yield Point(cls(delta=0.25, reduction="none"), {a: v[:2] for a, v in far.items()}, "a narrow middle")
