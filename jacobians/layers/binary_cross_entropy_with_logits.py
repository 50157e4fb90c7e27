"""BinaryCrossEntropyWithLogits: J = −Σ (w t log σ(x) + (1 − t) log(1 − σ(x)))/K, over all K entries of the batch.

x are logits, t targets from 0 to 1, of one shape; w = `pos_weight` weighs the positive ones. `reduction` "sum" leaves
out the 1/K, "none" the Σ as well; "mean" divides what the formulas of L give by K. As PyTorch's
binary_cross_entropy_with_logits. With sp(x) = log(1 + exp(x)), which is max(x, 0) + log(1 + exp(−|x|)):

    J[k]    = w t sp(−x) + (1 − t) sp(x)                                            (1)
    L^x     = (1 − t) σ(x) − w t σ(−x)     in column k; with "none", on the diagonal   (2)
    L^t     = (w − 1) sp(−x) − x           likewise; most code leaves it out        (3)
    L^x     = (1 + (w − 1) t) σ(x) − w t   for w = 1 it is σ(x) − t; loses its digits once σ is near t = 1   (4)
    L^t     = w sp(−x) − sp(x)             from both logarithms; loses its digits near x = 0   (5)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Array, Matrix
from ..mistake import Mistake
from ..point import Point
from ..reduction import L_reduced, mean_mistakes, reduced
from .sigmoid import Sigmoid
from .softplus import Softplus

sigma, sp = Sigmoid().h, Softplus().h


class BinaryCrossEntropyWithLogits(Layer):
    reduction: str = "mean"
    pos_weight: float = 1.0

    optional = ("target",)
    interacts = True

    def forward(self, x: Any, target: Any) -> Any:
        return reduced(self.pos_weight * target * sp(-x) + (1.0 - target) * sp(x), self.reduction)  # (1)

    def L_x(self, x: Any, target: Any) -> Matrix:
        return self._reduced((1.0 - target) * sigma(x) - self.pos_weight * target * sigma(-x))  # (2)

    def L_target(self, x: Any, target: Any) -> Matrix:
        return self._reduced((self.pos_weight - 1.0) * sp(-x) - x)  # (3)

    def L_x_from_output(self, y: Any, x: Any, target: Any) -> Matrix:
        return self._reduced((1.0 + (self.pos_weight - 1.0) * target) * sigma(x) - self.pos_weight * target)  # (4)

    def L_target_from_output(self, y: Any, x: Any, target: Any) -> Matrix:
        return self._reduced(self.pos_weight * sp(-x) - sp(x))  # (5)

    def _reduced(self, d: Array) -> Matrix:
        return L_reduced(d, self.reduction)

    def mistakes(self, a: str, /, x: Any, target: Any) -> Iterator[Mistake]:
        if a == "x":
            d, s = sigma(x) - target, sigma(x)
            right = (1 - target) * s - self.pos_weight * target * sigma(-x)
            text = "the sigmoid's derivative is taken once too often: σ (1 − σ) is already cancelled"
            yield Mistake("sigmoid-derivative-again", text, self._reduced(right * s * sigma(-x)))
            yield Mistake("missing-sigmoid", "it is x − t, and should be σ(x) − t", self._reduced(x - target))
            if self.pos_weight != 1:
                yield Mistake("missing-pos-weight", "it is without pos_weight: σ(x) − t", self._reduced(d))
                text = "pos_weight multiplies the negative targets too"
                yield Mistake("pos-weight-everywhere", text, self._reduced(self.pos_weight * d))
        yield from mean_mistakes(self.L(a, x=x, target=target), self.reduction, x.size, len(x))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], hard: bool = False, scale: float = 1.0, **settings: Any) -> Point:
            target = rng.uniform(0.1, 0.9, shape)
            x = rng.uniform(-1, 1, shape) if hard else rng.standard_normal(shape) * scale
            return Point(cls(**settings), {"x": x, "target": np.rint(target) if hard else target}, name)

        yield point("typical", (n + 1, n))
        yield point("targets of 0 and 1", (n, 3), True)
        yield point("not reduced", (3, n), reduction="none")
        yield point("summed", (2, 2, n), reduction="sum")
        yield point("weighed", (n, 4), pos_weight=2.5)
        yield point("weighed, not reduced, targets of 0 and 1", (4, 2), True, reduction="none", pos_weight=0.25)
        yield point("numbers, tiny", (n,), scale=1e-6)
        x = np.array([[40.0, -40.0, 30.5, -1000.0], [-27.25, 18.0, 1000.0, 3.0]])
        t = np.array([[1.0, 0.0, 0.0, 0.0], [1.0, 0.5, 1.0, 1.0]])
        yield Point(cls(), {"x": x, "target": t}, "saturated, some targets missed")
        whole = {"x": rng.integers(-2, 3, (3, 2)).astype(float), "target": rng.integers(0, 2, (3, 2)).astype(float)}
        yield Point(cls(), whole, "whole numbers")
