"""GlobalAvgPool: y[c] = Σ x[c, j] / N.

x is [C, …], y [C]: each channel's mean over all its places, of which there are N = |x|/C. In PyTorch it is
AdaptiveAvgPool2d(1), whose y is [C, 1, 1].

    y[c]        = Σ x[c, j] / N        over all places j                           (1)
    L^x[c, cj]  = 1/N                  and 0 between two channels: L^x = I ⊗ 1ᵀ/N   (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..geometry import in_arithmetic_of
from ..kinds import below
from ..layer import Layer
from ..matrix import I, Matrix, entries, kron
from ..mistake import Mistake
from ..point import Point


class GlobalAvgPool(Layer):
    def forward(self, x: Any) -> Any:
        return x.reshape(len(x), -1).mean(axis=1)  # (1)

    def L_x(self, x: Any) -> Matrix:
        N = x.size // len(x)
        return kron(I(len(x)), 1.0 / in_arithmetic_of(x, np.full(N, N)))  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        C, N, j = len(x), x.size // len(x), below(x.size)
        text = "g is laid out channel by channel again and again, not each channel's over its own places"
        yield Mistake("tiled-not-repeated", text, entries(j % C, j, 1 / N, (C, x.size)))
        text = "the first place of each channel has the whole gradient"
        yield Mistake("first-place-alone", text, entries(np.arange(C), np.arange(C) * N, 1.0, (C, x.size)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": rng.standard_normal((3, n, n + 2))}, "typical")
        yield Point(cls(), {"x": rng.standard_normal((2, 3 * n))}, "one axis")
        yield Point(cls(), {"x": rng.standard_normal((2, 3, 2, n))}, "three axes")
        yield Point(cls(), {"x": rng.standard_normal((n, 1, 1))}, "one place")
        yield Point(cls(), {"x": rng.standard_normal((1, 2, 7))}, "one channel")
        yield Point(cls(), {"x": 1e3 + rng.standard_normal((2, 3, 5))}, "far from zero")
        yield Point(cls(), {"x": rng.integers(-2, 3, (4, 2, 4)).astype(float)}, "whole numbers")
