"""GLU: y = a · σ(b), a and b the halves of x along one axis.

Dauphin et al. 2017; a is the first half, as in PyTorch and JAX. σ(b) = 1/(1 + exp(−b)).

    y         = a σ(b)                                                             (1)
    L^x[i, j] = σ(b[i])          where entry j of x is a[i]                        (2)
    L^x[i, j] = a[i] σ'(b[i])    where entry j of x is b[i], else 0                (3)
    L^x       with y (1 − σ(b)) for a σ'(b): loses its digits once σ is near 1     (4)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..keeping import kept
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..moving import numbered
from ..patterns import Pattern
from ..point import Point
from .sigmoid import Sigmoid


class GLU(Layer):
    axis: int = -1

    def forward(self, x: Any) -> Any:
        a, b = self._halves(x)
        return a * Sigmoid().h(b)  # (1)

    def L_x(self, x: Any) -> Matrix:
        a, b = self._halves(x)
        return self._matrix(x.shape, Sigmoid().h(b), a * Sigmoid().dh(b))  # (2) (3)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        _, b = self._halves(x)
        s = Sigmoid().h(b)
        return self._matrix(x.shape, s, y * (1.0 - s))  # (4)

    def _halves(self, x: Any) -> list[Any]:
        return np.split(x, 2, axis=self.axis)

    def _matrix(self, shape: tuple[int, ...], by_a: Any, by_b: Any) -> Matrix:
        """Two entries a row, at the places in x of this entry of a and of this entry of b."""
        return _two_a_row(shape, self.axis).fill(np.stack([by_a, by_b], axis=-1))

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        value, b = self._halves(x)
        s, ds = Sigmoid().h(b), Sigmoid().dh(b)
        text = "the second half gets a σ(b): σ was not differentiated"
        yield Mistake("missing-sigmoid-derivative", text, self._matrix(x.shape, s, value * s))
        text = "the second half gets σ'(b): its factor a is missing"
        yield Mistake("missing-value", text, self._matrix(x.shape, s, ds))
        text = "the second half gets nothing: the gate was taken as constant"
        yield Mistake("gate-taken-as-constant", text, self._matrix(x.shape, s, 0.0 * b))
        text = "the gradients of the two halves are exchanged"
        yield Mistake("halves-exchanged", text, self._matrix(x.shape, value * ds, s))
        text = "the gradient of the second half is stored over that of the first, and its own place is left 0"
        yield Mistake("gate-at-the-place-of-the-value", text, self._matrix(x.shape, value * ds, 0.0 * b))
        text = "the first half gets b, the gate before σ"
        yield Mistake("gate-before-sigmoid", text, self._matrix(x.shape, b, value * ds))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, axis: int, *shape: int, scale: float = 1.0) -> Point:
            return Point(cls(axis), {"x": rng.standard_normal(shape) * scale}, name)

        yield point("typical", -1, n + 1, 2 * n)
        yield point("over rows", 0, 4, n)
        yield point("over a middle axis", -2, 2, 4, 3)
        yield point("a vector", 0, 2 * n + 2)
        yield point("two entries", -1, 2)
        yield point("wide", -1, 3, 4, scale=6.0)
        yield Point(cls(), {"x": np.array([[2.5, -0.75, 1.5, 40.0, -40.0, 18.25]])}, "saturated")
        yield point("tiny", -1, 2, 6, scale=1e-6)
        yield Point(cls(), {"x": rng.integers(-2, 3, (3, 4)).astype(float)}, "whole numbers, with zeros")


@kept
def _two_a_row(shape: tuple[int, ...], axis: int) -> Pattern:
    """The places of L^x."""
    a, b = np.split(numbered(shape), 2, axis)
    return Pattern(np.arange(a.size)[:, None], np.stack([a.ravel(), b.ravel()], -1), (a.size, 2 * a.size))
