"""Focal: J = Σ −α[c] (1 − q)^γ log q / K, q the probability of each label c, over all K entries of the batch.

The focal loss of Lin et al. (2017, arXiv:1708.02002) for labels 0 and 1, from logits x, as torchvision's
sigmoid_focal_loss: α[1] = `alpha`, α[0] = 1 − alpha (alpha None: both 1), γ = `gamma` ≥ 0. `reduction` "sum" leaves
out the 1/K, "none" the Σ as well; "mean" divides what the formulas of L give by K. With s = x for a label 1 and −x for
a label 0, sp(s) = log(1 + exp(s)):

    q       = σ(s),  1 − q = σ(−s),  −log q = sp(−s)                               (1)
    J[k]    = α[c] σ(−s)^γ sp(−s)                                                  (2)
    L^x     = ∓α[c] σ(−s)^γ (γ σ(s) sp(−s) + σ(−s))     − for 1, + for 0; in column k; "none": diagonal   (3)
    L^x     the same from p = σ(x): q = p or 1 − p      loses the digits of what is near 0   (4)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import where
from ..layer import Layer
from ..matrix import Array, Matrix
from ..mistake import Mistake
from ..point import Point
from ..reduction import L_reduced, mean_mistakes, reduced
from .sigmoid import Sigmoid
from .softplus import Softplus

sigma, sp = Sigmoid().h, Softplus().h


class Focal(Layer):
    reduction: str = "mean"
    alpha: float | None = 0.25
    gamma: float = 2.0

    constant = ("labels",)
    interacts = True

    def forward(self, x: Any, labels: Any) -> Any:
        s = where(labels == 1, x, -x)
        return reduced(self._alpha(x, labels) * sigma(-s) ** self.gamma * sp(-s), self.reduction)  # (2)

    def L_x(self, x: Any, labels: Any) -> Matrix:
        s = where(labels == 1, x, -x)
        return self._reduced(sigma(s), sigma(-s), sp(-s), x, labels)  # (1)

    def L_x_from_output(self, y: Any, x: Any, labels: Any) -> Matrix:
        s, p = where(labels == 1, x, -x), sigma(x)
        q = where(labels == 1, p, 1.0 - p)  # (4)
        return self._reduced(q, 1.0 - q, sp(-s), x, labels)

    def _alpha(self, x: Any, labels: Any) -> np.ndarray:
        """α of each entry, in the type of x."""
        one, zero = (1.0, 1.0) if self.alpha is None else (self.alpha, 1.0 - self.alpha)
        return np.where(labels == 1, one, zero).astype(getattr(x, "dtype", np.float64))

    def _reduced(self, q: Array, rest: Array, loss: Array, x: Any, labels: Any) -> Matrix:
        """L from q, 1 − q and −log q."""
        signed = np.where(labels == 1, -1.0, 1.0) * self._alpha(x, labels)
        return L_reduced(signed * rest**self.gamma * (self.gamma * q * loss + rest), self.reduction)  # (3)

    def mistakes(self, a: str, /, x: Any, labels: Any) -> Iterator[Mistake]:
        s, signed = where(labels == 1, x, -x), where(labels == 1, -1.0, 1.0) * self._alpha(x, labels)
        if self.gamma:
            text = "the factor (1 − q)^γ is taken for a constant: its own derivative is missing"
            yield Mistake(
                "modulation-constant", text, L_reduced(signed * sigma(-s) ** (self.gamma + 1), self.reduction)
            )
            text = "it is the gradient of binary cross entropy: (1 − q)^γ is missing"
            yield Mistake("missing-modulation", text, L_reduced(signed * sigma(-s), self.reduction))
        if self.alpha is not None:
            L = type(self)(self.reduction, None, self.gamma).L_x(x, labels)
            yield Mistake("missing-alpha", "it is without alpha", L)
        yield from mean_mistakes(self.L_x(x, labels), self.reduction, x.size, len(x))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], scale: float = 1.0, **settings: Any) -> Point:
            x = rng.standard_normal(shape) * scale
            return Point(cls(**settings), {"x": x, "labels": rng.integers(0, 2, shape)}, name)

        yield point("typical", (n + 1, n))
        yield point("not reduced", (3, n), reduction="none")
        yield point("summed", (2, 2, n), reduction="sum")
        yield point("without alpha, gamma 1", (n, 3), alpha=None, gamma=1.0)
        yield point("gamma 0, binary cross entropy", (4, 2), alpha=0.75, gamma=0.0)
        yield point("a fractional gamma", (n,), gamma=0.5, alpha=0.625)
        yield point("tiny", (2, 3), 1e-6, gamma=3.0)
        x = np.array([[40.0, -40.0, 30.5, -1000.0], [-27.25, 18.0, 1000.0, 3.0]])
        yield Point(cls(), {"x": x, "labels": np.array([[1, 0, 0, 1], [1, 1, 0, 1]])}, "saturated, some labels missed")
        yield Point(
            cls(), {"x": rng.integers(-2, 3, (3, 2)).astype(float), "labels": np.eye(3, 2, dtype=int)}, "whole numbers"
        )
