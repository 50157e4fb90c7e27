"""Roll: y = x moved on along one axis, what leaves at the end coming in at the beginning.

y[(k + shift) mod n]  = x[k]       along `axis` of n entries (None: along vec x)   (1)
L^x[i, j]             = 1 if entry i of y is entry j of x, else 0; a permutation   (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import where
from ..layer import Layer
from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..moving import moved, numbered
from ..point import Point


class Roll(Layer):
    shift: int = 1
    axis: int | None = None

    def forward(self, x: Any) -> Any:
        return np.roll(x, self.shift, self.axis)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return self._moved(x, self.shift)  # (2)

    def _moved(self, x: Any, shift: int) -> Matrix:
        return moved(np.roll, x.shape, shift, self.axis).fill(1.0)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        text = "g is moved on once more by +shift, in place of back by −shift"
        yield Mistake("moved-the-same-way", text, self._moved(x, -self.shift))
        n = x.size if self.axis is None else x.shape[self.axis]
        k = numbered(x.shape) if self.axis is None else np.indices(tuple(x.shape))[self.axis]
        came_round = (k < self.shift % n) if self.shift >= 0 else (k >= n - (-self.shift % n))
        text = "what came in at the other end gets no gradient: g is shifted with zeros"
        yield Mistake("not-round", text, diag(where(came_round, 0.0, 1.0)) @ self._moved(x, self.shift))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shift: int, axis: int | None, *shape: int) -> Point:
            return Point(cls(shift=shift, axis=axis), {"x": rng.standard_normal(shape)}, name)

        yield point("typical", 2, 1, 3, n + 2)
        yield point("all entries as one row", 1, None, 2, n)
        yield point("backwards, over rows", -1, 0, n + 1, 2)
        yield point("a middle axis", 1, -2, 2, 3, 2)
        yield point("more than once round", 3 * n + 1, 0, n + 1)
        yield point("far backwards", -7, None, 2, 3)
        yield point("an axis of one", 1, 1, 3, 1)
        yield Point(cls(shift=2, axis=-1), {"x": rng.integers(-2, 3, (2, 5)).astype(float)}, "whole numbers")
