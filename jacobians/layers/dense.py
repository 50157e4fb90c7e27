"""Dense: y = x Wᵀ + b.

Linear over the last axis: x is [T × N], or has any axes before its last, and each row is mapped by the same W [M × N]
and b [M]: what PyTorch's nn.Linear does to a sequence. With x[t] the rows:

    y[t]            = W x[t] + b                                                   (1)
    L^x[t i, t j]   = W[i, j], 0 between different rows;   L^x = I ⊗ W             (2)
    L^W[t i, i j]   = x[t, j], 0 between different i;      L^W = [I ⊗ x[t]ᵀ] stacked over t   (3)
    L^b[t i, i]     = 1, else 0;                           L^b = [I] stacked over t           (4)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..broadcasting import selection
from ..keeping import kept
from ..kinds import below
from ..layer import Layer
from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..patterns import Pattern
from ..point import Point


class Dense(Layer):
    theta = ("W", "b")

    def forward(self, x: Any, W: Any, b: Any) -> Any:
        return x @ W.T + b  # (1)

    def L_x(self, x: Any, W: Any, b: Any) -> Matrix:
        T, (M, N) = x.size // x.shape[-1], W.shape
        if T == 1:
            return W
        return _blocks(T, M, N).fill(W)  # (2)

    def L_W(self, x: Any, W: Any, b: Any) -> Matrix:
        rows = x.reshape(-1, x.shape[-1])
        if len(b) == 1:
            return rows
        return _krons(len(rows), len(b), rows.shape[1]).fill(rows[:, None, :])  # (3)

    def L_b(self, x: Any, W: Any, b: Any) -> Matrix:
        return selection((x.size // x.shape[-1], len(b)), b)  # (4)

    def mistakes(self, a: str, /, x: Any, W: Any, b: Any) -> Iterator[Mistake]:
        rows, (M, N) = x.size // x.shape[-1], W.shape
        if a == "x":
            if min(M, N) > 1:
                text = "W is reshaped, in place of transposed, before the product"
                yield Mistake("reshaped-not-transposed", text, self.L_x(x, W.reshape(N, M).T, b))
            return
        if rows > 1:
            L = self.L(a, x=x, W=W, b=b)
            last = below(rows * M) >= (rows - 1) * M
            text = "it is the last row's alone, assigned and not added: it is the sum over all rows"
            yield Mistake("assigned-not-added", text, diag(last.astype(float)) @ L)
            yield Mistake("mean-over-rows", "it is divided by the number of rows of x: it is their sum", L / rows)
        if a == "W" and min(M, N) > 1:
            turned = below(M * N).reshape(N, M).T.ravel()
            text = "the product is xᵀ g, [N × M], read as if it were gᵀ x, [M × N]"
            yield Mistake("product-turned", text, self.L(a, x=x, W=W, b=b)[:, np.argsort(turned)])

    def atoms(self) -> Any:
        from ..graph import Graph
        from .add import Add
        from .einsum import Einsum

        return Graph(s=(Einsum(spec="...j,ij->...i"), "x", "W"), y=(Add(), "s", "b"))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, x: tuple[int, ...], M: int, scale: float = 1.0) -> Point:
            W, b = rng.standard_normal((M, x[-1])) / scale, rng.standard_normal(M)
            return Point(cls(), {"x": rng.standard_normal(x) * scale, "W": W, "b": b}, name)

        yield point("typical", (n, n + 1), 3)
        yield point("one row", (1, n), 4)
        yield point("no axis before the last", (n + 1,), n)
        yield point("two axes before the last", (2, 3, n), 2)
        yield point("one by one", (1, 1), 1)
        yield point("one column", (3, 1), n)
        yield point("of different scales", (2, 4), 3, 1e6)
        whole = {a: rng.integers(-2, 3, s).astype(float) for a, s in (("x", (n, 3)), ("W", (2, 3)), ("b", (2,)))}
        yield Point(cls(), whole, "whole numbers")


@kept
def _blocks(T: int, M: int, N: int) -> Pattern:
    """The places of T blocks [M × N] along the diagonal."""
    t, i, j = np.ogrid[:T, :M, :N]
    return Pattern(t * M + i, t * N + j, (T * M, T * N))


@kept
def _krons(T: int, M: int, N: int) -> Pattern:
    """The places of T matrices I(M) ⊗ xᵀ, x of N entries, one above the other."""
    t, i, j = np.ogrid[:T, :M, :N]
    return Pattern(t * M + i, i * N + j, (T * M, M * N))
