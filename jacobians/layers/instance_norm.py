"""InstanceNorm: y = gamma (x − μ)/√(σ² + eps) + beta, with the mean and variance of each channel's space.

x is [C × space …]; each channel of each example is normalised over space, N entries, by its own mean μ and variance σ²
(divided by N), in training and after it. gamma and beta have an entry for each channel. eps stands inside the root.

    x̂         = (x − μ) rstd         μ = Σ x/N,  rstd = 1/√(Σ (x − μ)²/N + eps)     (1)
    y         = gamma x̂ + beta                                                     (2)
    L^x[i, j] = gamma rstd (δ[i, j] − 1/N − x̂[i] x̂[j]/N)     i, j in one channel, else 0   (3)
    L^x         the same without loss of digits, see layer_norm.py                 (4)
    L^gamma   : x̂ where entry i of y is in channel j, else 0                        (5)
    L^beta    : 1 where entry i of y is in channel j, else 0                       (6)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..broadcasting import selection
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point
from .layer_norm import L_of_rows, mistakes_in_rows, near_eps, normalised, one_apart, usual_L_of_rows, whole_numbers


class InstanceNorm(Layer):
    eps: float = 1e-5

    theta = ("gamma", "beta")

    def forward(self, x: Any, gamma: Any, beta: Any) -> Any:
        xhat = normalised(x, space(x), self.eps)[0]  # (1)
        return by_channel(gamma, x) * xhat + by_channel(beta, x)  # (2)

    def L_x(self, x: Any, gamma: Any, beta: Any) -> Matrix:
        return L_of_rows(x, by_channel(gamma, x), space(x), self.eps)  # (4)

    def L_x_from_output(self, y: Any, x: Any, gamma: Any, beta: Any) -> Matrix:
        return usual_L_of_rows(x, by_channel(gamma, x), space(x), self.eps)  # (3)

    def L_gamma(self, x: Any, gamma: Any, beta: Any) -> Matrix:
        return selection(x.shape, by_channel(gamma, x), normalised(x, space(x), self.eps)[0])  # (5)

    def L_beta(self, x: Any, gamma: Any, beta: Any) -> Matrix:
        return selection(x.shape, by_channel(beta, x))  # (6)

    def mistakes(self, a: str, /, x: Any, gamma: Any, beta: Any) -> Iterator[Mistake]:
        gamma, beta = by_channel(gamma, x), by_channel(beta, x)
        size = x.shape[-1] if x.ndim > 2 else None
        for m in mistakes_in_rows(a, x, gamma, beta, space(x), self.eps, size):
            text = "the means are divided by the last axis, not by all of space"
            yield replace(m, text=text) if m.name == "wrong-size" else m

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, x: np.ndarray, **settings: float) -> Point:
            gamma, beta = rng.uniform(0.5, 2.0, len(x)), rng.standard_normal(len(x))
            return Point(cls(**settings), {"x": x, "gamma": gamma, "beta": beta}, name)

        yield point("typical", rng.standard_normal((3, 2, n)))
        yield point("one channel, eps 1/4", rng.standard_normal((1, n + 2)), eps=0.25)
        yield point("two positions", rng.standard_normal((3, 2)))
        yield point("far from zero", 1e3 + rng.standard_normal((2, 2, 2)))
        yield point("variance near eps, and 0", near_eps(rng, 2, 4))
        yield point("one entry apart", one_apart(rng, 2, 5))
        yield Point(cls(), whole_numbers(rng, (2, 5), (2,)), "whole numbers")
        # rstd is 2: every order of computing is exact, and gives beta and 0
        yield Point(cls(eps=0.25), whole_numbers(rng, (3, 1), (3,)), "one position, whole numbers, eps 1/4")


def space(x: Any) -> tuple[int, ...]:
    """The axes that a channel is normalised over: all but the first."""
    return tuple(range(1, x.ndim))


def by_channel(a: Any, x: Any) -> Any:
    """a, one entry a channel, with as many axes as x."""
    return a.reshape(-1, *(1,) * (x.ndim - 1))
