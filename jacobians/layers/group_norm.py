"""GroupNorm: y = gamma (x − μ)/√(σ² + eps) + beta, with the mean and variance of a group of channels.

x is [C × space …]; its C channels are parted into `groups` of C/groups neighbours, each normalised over its channels
and space together, N entries, by its own mean μ and variance σ² (divided by N). gamma and beta have an entry for each
channel. One group normalises the whole example; groups = C is InstanceNorm. eps stands inside the root. 32 groups are
the default of the paper (Wu and He, 2018), Flax and Keras; PyTorch has none.

    x̂         = (x − μ) rstd         μ = Σ x/N,  rstd = 1/√(Σ (x − μ)²/N + eps)     (1)
    y         = gamma x̂ + beta                                                     (2)
    L^x[i, j] = gamma[i] rstd (δ[i, j] − 1/N − x̂[i] x̂[j]/N)   i, j in one group, else 0; gamma[i] of i's channel   (3)
    L^x         the same without loss of digits, see layer_norm.py                 (4)
    L^gamma   : x̂ where entry i of y is in channel j, else 0                        (5)
    L^beta    : 1 where entry i of y is in channel j, else 0                       (6)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..along_axis import in_slices
from ..broadcasting import selection
from ..kinds import below
from ..layer import Layer
from ..matrix import Matrix, entries
from ..mistake import Mistake
from ..point import Point
from .layer_norm import (
    L_of_rows,
    in_rows,
    mistakes_in_rows,
    near_eps,
    normalised,
    usual_L_of_rows,
    whole_numbers,
)


class GroupNorm(Layer):
    groups: int = 32
    eps: float = 1e-5

    theta = ("gamma", "beta")

    def forward(self, x: Any, gamma: Any, beta: Any) -> Any:
        z, axes = self._grouped(x)
        xhat = normalised(z, axes, self.eps)[0]  # (1)
        return (self._by_channel(gamma, z) * xhat + self._by_channel(beta, z)).reshape(x.shape)  # (2)

    def L_x(self, x: Any, gamma: Any, beta: Any) -> Matrix:
        z, axes = self._grouped(x)
        return L_of_rows(z, self._by_channel(gamma, z), axes, self.eps)  # (4)

    def L_x_from_output(self, y: Any, x: Any, gamma: Any, beta: Any) -> Matrix:
        z, axes = self._grouped(x)
        return usual_L_of_rows(z, self._by_channel(gamma, z), axes, self.eps)  # (3)

    def L_gamma(self, x: Any, gamma: Any, beta: Any) -> Matrix:
        z, axes = self._grouped(x)
        return selection(z.shape, self._by_channel(gamma, z), normalised(z, axes, self.eps)[0])  # (5)

    def L_beta(self, x: Any, gamma: Any, beta: Any) -> Matrix:
        z, _ = self._grouped(x)
        return selection(z.shape, self._by_channel(beta, z))  # (6)

    def mistakes(self, a: str, /, x: Any, gamma: Any, beta: Any) -> Iterator[Mistake]:
        z, axes = self._grouped(x)
        channels = z.shape[1]
        size, gamma_of_z = channels * x.shape[-1] if x.ndim > 2 else None, self._by_channel(gamma, z)
        beta_of_z = self._by_channel(beta, z)
        for m in mistakes_in_rows(a, z, gamma_of_z, beta_of_z, axes, self.eps, size):
            text = "the means are divided by channels times the last axis, not times all of space"
            yield replace(m, text=text) if m.name == "wrong-size" else m
        if a == "x":
            h, r, c = (in_rows(b, z.shape, axes)[:, :, None] for b in (*normalised(z, axes, self.eps), gamma_of_z))
            channel = np.repeat(below(channels), z[0, 0].size)
            own = (channel[:, None] == channel) / z[0, 0].size
            text = "the means are those of the entry's own channel, as in batch norm, not of its group"
            blocks = c * r * (np.eye(len(channel)) - own * (1.0 + h * h.transpose(0, 2, 1)))
            yield Mistake("means-per-channel", text, in_slices(blocks, z.shape, axes))
        # the channel that an entry would be in if channels came last
        last = below(x.size) % len(gamma)
        text = "it takes the channels for the last axis"
        xhat = normalised(z, axes, self.eps)[0]
        if a == "x":
            yield Mistake("channels-last", text, L_of_rows(z, gamma[last].reshape(z.shape), axes, self.eps))
        if a == "gamma":
            yield Mistake("channels-last", text, entries(np.arange(x.size), last, xhat, (x.size, len(gamma))))
        if a == "beta":
            yield Mistake("channels-last", text, entries(np.arange(x.size), last, 1.0, (x.size, len(gamma))))

    def _grouped(self, x: Any) -> tuple[Any, tuple[int, ...]]:
        """x as [groups × C/groups × space …], and the axes that a group is normalised over."""
        z = x.reshape(self.groups, len(x) // self.groups, *x.shape[1:])
        return z, tuple(range(1, z.ndim))

    def _by_channel(self, a: Any, z: Any) -> Any:
        """a, one entry a channel, in a shape that broadcasts to z's."""
        return a.reshape(*z.shape[:2], *(1,) * (z.ndim - 2))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, x: np.ndarray, groups: int, **settings: float) -> Point:
            gamma, beta = rng.uniform(0.5, 2.0, len(x)), rng.standard_normal(len(x))
            return Point(cls(groups=groups, **settings), {"x": x, "gamma": gamma, "beta": beta}, name)

        yield point("typical", rng.standard_normal((4, 2, n // 2 + 1)), 2)
        yield point("one group, eps 1/4", rng.standard_normal((3, 4)), 1, eps=0.25)
        yield point("as many groups as channels", rng.standard_normal((3, 2, 2)), 3)
        yield point("one position, groups of two", rng.standard_normal((6, 1)), 3)
        yield point("no space", rng.standard_normal(n + 1), 1)
        yield point("far from zero", 1e3 + rng.standard_normal((4, 3)), 2)
        yield point("variance near eps, and 0", near_eps(rng, 2, 6).reshape(4, 3), 2)
        yield Point(cls(groups=2), whole_numbers(rng, (4, 3), (4,)), "whole numbers")
