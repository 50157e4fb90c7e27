"""Bilinear: y[k] = xᵀ W[k] z + b[k].

W is [K × I × J], x has I entries, z has J, y and b have K.

    y[k]            = Σ x[i] W[k, i, j] z[j] + b[k]      over i and j                     (1)
    L^x[k, i]       = Σ W[k, i, j] z[j]     over j                  L^x = W z             (2)
    L^z[k, j]       = Σ x[i] W[k, i, j]     over i                  L^z = xᵀ W            (3)
    L^W[k, l i j]   = x[i] z[j] if k = l, else 0                    L^W = I ⊗ vec(x zᵀ)ᵀ  (4)
    L^b             = I                                                                   (5)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import I, Matrix, kron, outer
from ..mistake import Mistake
from ..point import Point


class Bilinear(Layer):
    theta = ("W", "b")

    def forward(self, x: Any, z: Any, W: Any, b: Any) -> Any:
        return np.einsum("i,kij,j->k", x, W, z) + b  # (1)

    def L_x(self, x: Any, z: Any, W: Any, b: Any) -> Matrix:
        return np.einsum("kij,j->ki", W, z)  # (2)

    def L_z(self, x: Any, z: Any, W: Any, b: Any) -> Matrix:
        return np.einsum("i,kij->kj", x, W)  # (3)

    def L_W(self, x: Any, z: Any, W: Any, b: Any) -> Matrix:
        return kron(I(len(b)), outer(x, z))  # (4)

    def L_b(self, x: Any, z: Any, W: Any, b: Any) -> Matrix:
        return I(len(b))  # (5)

    def mistakes(self, a: str, /, x: Any, z: Any, W: Any, b: Any) -> Iterator[Mistake]:
        K, rows, cols = W.shape
        turned = np.swapaxes(W.reshape(K, cols, rows), 1, 2)
        if a in ("x", "z"):
            text = "W[k] is reshaped, in place of transposed, before the product"
            yield Mistake("reshaped-not-transposed", text, self.L(a, x=x, z=z, W=turned, b=b))
        if a == "W":
            text = "the outer product is z xᵀ, read as if it were x zᵀ"
            yield Mistake("outer-product-turned", text, kron(I(K), outer(z, x)))
            yield Mistake("z-missing", "it is x alone, without the factor z[j]", kron(I(K), outer(x, np.ones(len(z)))))
            yield Mistake("x-missing", "it is z alone, without the factor x[i]", kron(I(K), outer(np.ones(len(x)), z)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, k: int, i: int, j: int, scale: float = 1.0) -> Point:
            x, z = rng.standard_normal(i) * scale, rng.standard_normal(j)
            return Point(
                cls(), {"x": x, "z": z, "W": rng.standard_normal((k, i, j)), "b": rng.standard_normal(k)}, name
            )

        yield point("typical", 3, n, n + 1)
        yield point("one output", 1, n, 2)
        yield point("x a single entry", n, 1, 3)
        yield point("z a single entry", 2, 3, 1)
        yield point("x and z of one length", 2, 3, 3)
        yield point("of different scales", 2, 3, 4, 1e6)
        yield point("tiny", 3, 2, 4, 1e-6)
        shapes = {"x": (3,), "z": (2,), "W": (4, 3, 2), "b": (4,)}
        yield Point(cls(), {a: rng.integers(-2, 3, s).astype(float) for a, s in shapes.items()}, "whole numbers")
