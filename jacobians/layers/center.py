"""Center: y = x − mean of x over the batch.

Mean-only normalisation: the examples of a batch interact, so x is the whole batch, B examples of d entries each.

    y    = x − Σ x / B             over axis 0, the batch                          (1)
    L^x  = (I − 11ᵀ/B) ⊗ I         I − 11ᵀ/B between examples, I within one        (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..keeping import kept
from ..layer import Layer
from ..matrix import Matrix
from ..patterns import Pattern
from ..point import Point


class Center(Layer):
    interacts = True

    def forward(self, x: Any) -> Any:
        return x - x.mean(axis=0)  # (1)

    def L_x(self, x: Any) -> Matrix:
        B, d = len(x), x.size // len(x)
        A = np.eye(B) - 1.0 / B
        if d == 1:
            return A
        return _between(B, d).fill(A[:, None, :] if B > 1 else A[:0])  # (2), 0 for a batch of one

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": rng.standard_normal((n + 1, n))}, "typical")
        yield Point(cls(), {"x": rng.standard_normal((2, 3, n))}, "a batch of two matrices")
        yield Point(cls(), {"x": rng.standard_normal((3 * n, 1))}, "one entry an example")
        yield Point(cls(), {"x": rng.standard_normal((1, 3))}, "a batch of one")
        yield Point(cls(), {"x": 1e6 + rng.standard_normal((4, 3))}, "far from zero")
        yield Point(cls(), {"x": rng.standard_normal((3, 2)) * 1e-6}, "tiny")
        yield Point(cls(), {"x": rng.integers(-2, 3, (4, 3)).astype(float)}, "whole numbers")


@kept
def _between(B: int, d: int) -> Pattern:
    """The places of L^x, row by row: entry k of an example moves entry k of all examples."""
    i, k, j = np.ogrid[:B, :d, :B] if B > 1 else np.ogrid[:0, :d, :0]
    return Pattern(i * d + k, j * d + k, (B * d, B * d))
