"""BatchNorm: y = gamma (x − μ)/√(σ² + eps) + beta, with the mean and variance of the batch.

In training. x is the whole batch, [B × C] or [B × C × space …], channels second as in PyTorch; each channel is
normalised over the batch and space together, N entries in all, by its own mean μ and variance σ² (divided by N; the
running variance that libraries keep on the side divides by N − 1). gamma and beta have C entries. eps stands inside
the root, as in PyTorch, TensorFlow and Flax.

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
from .layer_norm import L_of_rows, mistakes_in_rows, near_eps, normalised, usual_L_of_rows, whole_numbers


class BatchNorm(Layer):
    eps: float = 1e-5

    theta = ("gamma", "beta")
    interacts = True

    def forward(self, x: Any, gamma: Any, beta: Any) -> Any:
        xhat = normalised(x, within(x), self.eps)[0]  # (1)
        return by_channel(gamma, x) * xhat + by_channel(beta, x)  # (2)

    def L_x(self, x: Any, gamma: Any, beta: Any) -> Matrix:
        return L_of_rows(x, by_channel(gamma, x), within(x), self.eps)  # (4)

    def L_x_from_output(self, y: Any, x: Any, gamma: Any, beta: Any) -> Matrix:
        return usual_L_of_rows(x, by_channel(gamma, x), within(x), self.eps)  # (3)

    def L_gamma(self, x: Any, gamma: Any, beta: Any) -> Matrix:
        return selection(x.shape, by_channel(gamma, x), normalised(x, within(x), self.eps)[0])  # (5)

    def L_beta(self, x: Any, gamma: Any, beta: Any) -> Matrix:
        return selection(x.shape, by_channel(beta, x))  # (6)

    def mistakes(self, a: str, /, x: Any, gamma: Any, beta: Any) -> Iterator[Mistake]:
        B, N = len(x), x.size // x.shape[1]
        gamma, beta = by_channel(gamma, x), by_channel(beta, x)
        for m in mistakes_in_rows(a, x, gamma, beta, within(x), self.eps, size=B):
            text = "the means are divided by the batch size, not by batch size times space"
            yield replace(m, text=text) if m.name == "wrong-size" else m
        if a == "gamma":
            xhat = normalised(x, within(x), self.eps)[0]
            yield Mistake("mean-over-batch", "it is the mean of g x̂, not the sum", selection(x.shape, gamma, xhat / N))
        if a == "beta":
            yield Mistake("mean-over-batch", "it is the mean of g, not the sum", selection(x.shape, beta, 1.0 / N))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, x: np.ndarray, **settings: float) -> Point:
            C = int(x.shape[1])
            gamma, beta = rng.uniform(0.5, 2.0, C), rng.standard_normal(C)
            return Point(cls(**settings), {"x": x, "gamma": gamma, "beta": beta}, name)

        yield point("typical", rng.standard_normal((n, 2, 2, 3)))
        yield point("no space, eps 1/4", rng.standard_normal((n + 1, 3)), eps=0.25)
        yield point("a batch of two", rng.standard_normal((2, 3)))
        yield point("one channel, a batch of one", rng.standard_normal((1, 1, n + 1)))
        yield point("one position", rng.standard_normal((4, 3, 1)))
        yield point("far from zero", 1e3 + rng.standard_normal((4, 2, 2)))
        yield point("variance near eps, and 0", near_eps(rng, 2, 4, 2).swapaxes(0, 1))
        yield Point(cls(), whole_numbers(rng, (3, 2, 2), (2,)), "whole numbers")


def within(x: Any) -> tuple[int, ...]:
    """The axes that a channel is normalised over: all but the second."""
    return (0, *range(2, x.ndim))


def by_channel(a: Any, x: Any) -> Any:
    """a, one entry a channel, with as many axes as x."""
    return a.reshape(1, -1, *(1,) * (x.ndim - 2))
