"""UpsampleNearest: y[c, o] = x[c, ⌊o r⌋].

x [C, H, W] is resized to `size`, or to ⌊scale · H⌋ by ⌊scale · W⌋ where that is None; o is a place of the output, two
numbers, and along each axis r = N/M (N places to M), or 1/scale where that is given, as in PyTorch and JAX's and
TensorFlow's "nearest" without half-pixel centres. PyTorch computes ⌊o r⌋ in float32, here it is exact: they part where
o r is whole and float32 falls short of it.

    y[c, o]      = x[c, j]    for the place j = ⌊o r⌋ along each axis              (1)
    L^x[co, cj]  = 1          if o reads j, else 0                                 (2)

So the gradients of all o that read one place add; when shrinking, places that nothing reads have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..geometry import Each, Windows, last_written, nearest, resized
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point


class UpsampleNearest(Layer):
    size: Each | None = None
    scale: float | tuple[float, ...] = 2

    def forward(self, x: Any) -> Any:
        windows = self._windows(x)
        return windows.read(x).reshape(*x.shape[:-2], *windows.out)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return self._matrix(x, self._windows(x))

    def _windows(self, x: Any) -> Windows:
        return nearest(x.shape[-2:], *resized(x.shape[-2:], self.size, self.scale))

    def _matrix(self, x: Any, windows: Windows) -> Matrix:
        return windows.per_channel(x.size // windows.places, 1.0)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        axes = x.shape[-2:]
        out, ratio = resized(axes, self.size, self.scale)
        text = "where several places read one, the last is assigned and not all are added"
        yield Mistake("assigned-not-added", text, last_written(self.L_x(x)))
        text = "it uses the ratio of the heights for the width too"
        yield Mistake("height-for-width", text, self._matrix(x, nearest(axes, out, (ratio[0], ratio[0]))))
        text = "each place takes the nearest centre (nearest-exact), not ⌊o r⌋"
        yield Mistake("nearest-centre", text, self._matrix(x, nearest(axes, out, ratio, centred=True)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], **settings: Any) -> Point:
            return Point(cls(**settings), {"x": rng.standard_normal(shape)}, name)

        yield point("typical", (2, 2, n), size=(5, n + 1))
        yield point("library default", (2, 2, 3))
        yield point("a scale for each axis", (1, 2, n), scale=(3, 2))
        yield point("a scale that leaves a rest", (2, 3, 5), scale=(1.5, 0.5))
        yield point("shrunk", (2, n + 2, n), size=(3, 2))
        yield point("one axis as it was", (2, 3, n), size=(3, 2 * n))
        yield point("one place spread", (3, 1, 1), size=(2, 3))
        yield Point(cls(size=(4, n + 1)), {"x": rng.integers(-2, 3, (2, 3, 4)).astype(float)}, "whole numbers")
