"""Maximum: y = max(a, b), entry by entry.

The shapes may differ as NumPy's broadcasting allows; then an entry of the smaller argument is read more than once, and
its gradients add.

    y         = a where a > b, else b                                             (1)
    L^a[i, j] = 1 where a > b, 0 where a < b     where entry i of y reads entry j of a   (2)
    L^b[i, j] = 0 where a > b, 1 where a < b     where entry i of y reads entry j of b   (3)
    at a tie    tie for a, 1 − tie for b                                           (4)

The tie is a convention: PyTorch and JAX halve, 0.5; TensorFlow gives all to the first, 1 (a gate with ≥).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..broadcasting import selection
from ..cut import Part, alike
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point


class Maximum(Layer):
    tie: float = 0.5

    conventions = {"tie": (0.5, 1.0, 0.0)}

    def forward(self, a: Any, b: Any) -> Any:
        return np.maximum(a, b)  # (1)

    def L_a(self, a: Any, b: Any) -> Matrix:
        return selection(np.broadcast_shapes(a.shape, b.shape), a, self._share(a, b, self.tie))  # (2)

    def L_b(self, a: Any, b: Any) -> Matrix:
        return selection(np.broadcast_shapes(a.shape, b.shape), b, self._share(b, a, 1.0 - self.tie))  # (3)

    def _share(self, a: Any, b: Any, tie: float) -> Any:
        """How much of g the first of the two gets."""
        return np.where(a > b, 1.0, np.where(a < b, 0.0, tie))  # (4)

    def cut(self, rows: int, /, a: Any, b: Any) -> Iterator[Part]:
        return alike(rows, np.broadcast_shapes(a.shape, b.shape), a=a.shape, b=b.shape)

    def mistakes(self, a: str, /, **values: Any) -> Iterator[Mistake]:
        own, other = (values["a"], values["b"]) if a == "a" else (values["b"], values["a"])
        shape = np.broadcast_shapes(own.shape, other.shape)
        text = "the smaller argument gets g"
        yield Mistake("wrong-side", text, selection(shape, own, self._share(other, own, 0.5)))
        text = "at a tie both arguments get the whole of g"
        yield Mistake("tie-counted-twice", text, selection(shape, own, self._share(own, other, 1.0)))
        text = "at a tie neither argument gets anything"
        yield Mistake("tie-lost", text, selection(shape, own, self._share(own, other, 0.0)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, a: tuple[int, ...], b: tuple[int, ...], scale: float = 1.0) -> Point:
            return Point(cls(), {"a": rng.standard_normal(a) * scale, "b": rng.standard_normal(b)}, name)

        yield point("typical", (n, n + 1), (n, n + 1))
        yield point("b broadcast over rows", (n, 3), (3,))
        yield point("a broadcast over columns", (n, 1), (n, 4))
        yield point("each broadcast over the other", (3, 1), (1, 2))
        yield point("a scalar", (2, 3), ())
        yield point("of different scales", (5,), (5,), 1e6)
        whole = {"a": rng.integers(-2, 3, (3, 5)).astype(float), "b": rng.integers(-2, 3, (3, 5)).astype(float)}
        yield Point(cls(), whole, "whole numbers, with ties")
        same = rng.standard_normal(n)
        yield Point(cls(), {"a": same, "b": same.copy()}, "ties only")
