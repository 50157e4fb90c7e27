"""Contrastive: J = Σ ½ d² for like pairs, Σ ½ max(0, M − d)² for unlike ones, /N over N pairs at distance d.

Hadsell, Chopra and LeCun (2006); x1 and x2 are [N × D], one pair a row, `same` [N] is 1 (or True) for like pairs, M =
`margin`. The distance is PyTorch's pairwise_distance, which adds ε = `eps` to each difference. `reduction` "sum" leaves
out the 1/N, "none" the Σ as well; the mean divides L by N.

    u       = x1[r] − x2[r] + ε,  d = ‖u‖                                          (1)
    J[r]    = ½ d² if same, else ½ max(0, M − d)²        with "none": [N]          (2)
    ∂J[r]/∂x1[r]  =  u if same, else −max(0, M − d) u/d  and 0 for u at d = 0      (3)
    ∂J[r]/∂x2[r]  = −∂J[r]/∂x1[r]                                                  (4)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import below, where
from ..layer import Layer
from ..matrix import Array, Matrix
from ..mistake import Mistake
from ..point import Point
from ..reduction import L_reduced, mean_mistakes, reduced


class Contrastive(Layer):
    reduction: str = "mean"
    margin: float = 1.0
    eps: float = 1e-6

    constant = ("same",)
    interacts = True

    def forward(self, x1: Any, x2: Any, same: Any) -> Any:
        d = length(x1 - x2 + self.eps)[:, 0]  # (1)
        short = np.maximum(self.margin - d, 0.0)
        return reduced(0.5 * np.where(same == 1, d * d, short * short), self.reduction)  # (2)

    def L_x1(self, x1: Any, x2: Any, same: Any) -> Matrix:
        return self._reduced(self._slope(x1, x2, same))  # (3)

    def L_x2(self, x1: Any, x2: Any, same: Any) -> Matrix:
        return self._reduced(-self._slope(x1, x2, same))  # (4)

    def _slope(self, x1: Any, x2: Any, same: Any) -> Any:
        u = x1 - x2 + self.eps
        short = np.maximum(self.margin - length(u), 0.0)
        return where(same[:, None] == 1, u, -short * direction(u))

    def _reduced(self, d: Array) -> Matrix:
        return L_reduced(d, self.reduction, len(d), np.arange(len(d))[:, None])

    def mistakes(self, a: str, /, x1: Any, x2: Any, same: Any) -> Iterator[Mistake]:
        sign = 1.0 if a == "x1" else -1.0
        u, alike = x1 - x2 + self.eps, same[:, None] == 1
        short = np.maximum(self.margin - length(u), 0.0)
        text = "for unlike pairs it is (M − d) times the difference itself, not divided by the distance"
        yield Mistake("missing-distance", text, self._reduced(sign * np.where(alike, u, -short * u)))
        text = "unlike pairs are pushed apart beyond the margin too"
        ungated = -(self.margin - length(u)) * direction(u)
        yield Mistake("not-gated", text, self._reduced(sign * np.where(alike, u, ungated)))
        text = "for unlike pairs the factor M − d is missing: it is that of max(0, M − d), not squared"
        yield Mistake(
            "missing-square", text, self._reduced(sign * np.where(alike, u, -1.0 * (short > 0) * direction(u)))
        )
        text = "like and unlike pairs are exchanged"
        yield Mistake("pairs-exchanged", text, self._reduced(sign * np.where(alike, -short * direction(u), u)))
        yield from mean_mistakes(self.L(a, x1=x1, x2=x2, same=same), self.reduction, len(x1), 1)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, N: int, D: int, scale: float = 1.0, **settings: Any) -> Point:
            x1, x2 = rng.standard_normal((2, N, D)) * scale
            x1 = where(below(N)[:, None] == 4, x2 + 5.0 * (x1 - x2), x1)  # an unlike pair beyond the margin
            return Point(cls(**settings), {"x1": x1, "x2": x2, "same": np.arange(N) % 2}, name)

        yield point("typical", n + 2, n, margin=4.0)
        yield point("not reduced", 4, 3, margin=3.0, reduction="none")
        yield point("summed, the usual margin", 6, 2, 0.5, reduction="sum")
        yield point("far from each other", 4, n, 1e3)
        yield point("differences near eps", 2, 3, 1e-5, margin=0.5)
        yield point("a larger eps", 3, 4, margin=3.0, eps=0.125)
        yield point("one unlike pair", 1, n, margin=4.0)
        x = rng.standard_normal((4, 3))
        equal = {"x1": x, "x2": np.where(np.arange(4)[:, None] == 2, x, x[::-1]), "same": np.array([0, 1, 0, 1])}
        yield Point(cls(margin=2.0), equal, "an unlike pair that is equal")
        whole = {a: rng.integers(-2, 3, (4, 2)).astype(float) for a in ("x1", "x2")}
        yield Point(cls(margin=4.0, eps=0.0), whole | {"same": np.array([1, 0, 0, 1])}, "whole numbers, no eps")


def length(u: Array) -> Array:
    """The Euclidean length of each row, as a column."""
    return np.sqrt((u * u).sum(axis=1, keepdims=True))


def direction(u: Array) -> Array:
    """The derivative of the length of each row: u/‖u‖, and 0 where u = 0."""
    d = length(u)
    return u / np.where(d > 0, d, 1.0)
