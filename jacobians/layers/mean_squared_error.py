"""MeanSquaredError: J = Σ (ŷ − t)²/K, over all K entries of the batch.

PyTorch's mse_loss: the mean is over every entry, not over the examples alone, and there is no factor ½. `reduction`
"sum" leaves out the 1/K, "none" the Σ as well; "mean" divides what both formulas below give by K.

    J[k]    = (ŷ[k] − t[k])²                                                       (1)
    L^ŷ     =  2 (ŷ[k] − t[k])         in column k; with "none", on the diagonal   (2)
    L^t     = −2 (ŷ[k] − t[k])         likewise; most code leaves it out           (3)
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


class MeanSquaredError(Layer):
    reduction: str = "mean"

    optional = ("target",)
    interacts = True

    def forward(self, yhat: Any, target: Any) -> Any:
        d = yhat - target
        return reduced(d * d, self.reduction)  # (1)

    def L_yhat(self, yhat: Any, target: Any) -> Matrix:
        return L_reduced(2.0 * (yhat - target), self.reduction)  # (2)

    def L_target(self, yhat: Any, target: Any) -> Matrix:
        return L_reduced(-2.0 * (yhat - target), self.reduction)  # (3)

    def mistakes(self, a: str, /, yhat: Any, target: Any) -> Iterator[Mistake]:
        yield from mean_mistakes(self.L(a, yhat=yhat, target=target), self.reduction, yhat.size, len(yhat))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        for name, reduction, values in pairs(rng, n):
            yield Point(cls(reduction=reduction), values, name)
