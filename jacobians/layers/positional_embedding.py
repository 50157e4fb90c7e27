"""PositionalEmbedding: y = x + P[:T].

Learned positions, as in BERT and GPT-2: x is [T × N], one row a position, and P, [M × N] with M ≥ T, has a row for
every position there may be. Rows of P past T are read by nothing.

    y[t]      = x[t] + P[t]                                                        (1)
    L^x       = I                                                                  (2)
    L^P[i, j] = 1 if i = j, else 0;  L^P = [I, 0]                                  (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import below
from ..layer import Layer
from ..matrix import I, Matrix, entries
from ..mistake import Mistake
from ..moving import moved
from ..point import Point


class PositionalEmbedding(Layer):
    theta = ("P",)

    def forward(self, x: Any, P: Any) -> Any:
        return x + _first(P, len(x))  # (1)

    def L_x(self, x: Any, P: Any) -> Matrix:
        return I(x.size)  # (2)

    def L_P(self, x: Any, P: Any) -> Matrix:
        return moved(_first, P.shape, len(x)).fill(1.0)  # (3)

    def mistakes(self, a: str, /, x: Any, P: Any) -> Iterator[Mistake]:
        (T, N), M = x.shape, len(P)
        i = below(x.size)
        if a == "P" and T < M:
            text = "the gradient goes to the last rows of P, not to the first"
            yield Mistake("last-rows", text, entries(i, i + (M - T) * N, 1.0, (x.size, P.size)))
        if a == "P" and T > 1:
            every = below(T)[:, None] * N + below(N)[:, None, None]  # rows t, for every position below T
            rows, cols = np.broadcast_arrays(every, np.swapaxes(every, 1, 2))
            text = "the gradient is summed over positions, as for a bias: every row has the sum"
            yield Mistake("summed-over-positions", text, entries(rows, cols, 1.0, (x.size, P.size)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, T: int, M: int, N: int, scale: float = 1.0) -> Point:
            return Point(cls(), {"x": rng.standard_normal((T, N)), "P": rng.standard_normal((M, N)) * scale}, name)

        yield point("typical", n, n + 2, 3)
        yield point("all positions", n, n, n + 1)
        yield point("one position", 1, n, 2)
        yield point("one by one", 1, 1, 1)
        yield point("of different scales", 2, 3, n, 1e6)
        whole = {"x": rng.integers(-2, 3, (2, 3)).astype(float), "P": rng.integers(-2, 3, (4, 3)).astype(float)}
        yield Point(cls(), whole, "whole numbers")


def _first(P: Any, n: int) -> Any:
    return P[:n]
