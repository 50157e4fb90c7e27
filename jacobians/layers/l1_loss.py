"""L1Loss: J = Σ |ŷ − t|/K, over all K entries of the batch.

PyTorch's l1_loss. `reduction` "sum" leaves out the 1/K, "none" the Σ as well; "mean" divides what both formulas below
give by K. With d = ŷ − t:

    J[k]    = |d[k]|                                                               (1)
    s[k]    = 1 if d[k] > 0, −1 if d[k] < 0, and at_zero at d[k] = 0               (2)
    L^ŷ     =  s[k]                    in column k; with "none", on the diagonal   (3)
    L^t     = −s[k]                    likewise; most code leaves it out           (4)

Where prediction and target are equal the derivative is a convention, said as in Abs: PyTorch and JAX have 0, code that
asks `d >= 0` has 1, code that asks `d > 0` has −1.
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


class L1Loss(Layer):
    reduction: str = "mean"
    at_zero: float = 0.0

    conventions = {"at_zero": (0.0, 1.0, -1.0)}
    optional = ("target",)
    interacts = True

    def forward(self, yhat: Any, target: Any) -> Any:
        return reduced(np.abs(yhat - target), self.reduction)  # (1)

    def _sign(self, d: Any) -> Any:
        return np.where(d > 0, 1.0, np.where(d < 0, -1.0, self.at_zero))  # (2)

    def L_yhat(self, yhat: Any, target: Any) -> Matrix:
        return L_reduced(self._sign(yhat - target), self.reduction)  # (3)

    def L_target(self, yhat: Any, target: Any) -> Matrix:
        return L_reduced(-self._sign(yhat - target), self.reduction)  # (4)

    def mistakes(self, a: str, /, yhat: Any, target: Any) -> Iterator[Mistake]:
        d = yhat - target if a == "yhat" else target - yhat
        text = "the difference itself stands where its sign should: that is the gradient of ½ (ŷ − t)²"
        yield Mistake("difference-for-sign", text, L_reduced(d, self.reduction))
        yield from mean_mistakes(self.L(a, yhat=yhat, target=target), self.reduction, yhat.size, len(yhat))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        for name, reduction, values in pairs(rng, n):
            yield Point(cls(reduction=reduction), values, name)
