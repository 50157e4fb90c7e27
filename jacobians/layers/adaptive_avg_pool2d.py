"""AdaptiveAvgPool2d: y[c, p] = Σ x[c, j] / n[p] over the places j of window p.

As PyTorch has it: x [C, H, W], y [C, M₁, M₂] with the M from the setting `size`. Along an axis of N places, window p of
M runs from ⌊p N/M⌋ up to, not including, ⌈(p + 1) N/M⌉. Where M does not divide N, windows overlap and differ in
length; where M is larger than N, they repeat.

    n[p]         = how many places are in window p                                 (1)
    y[c, p]      = Σ x[c, j] / n[p]     over the places j of window p              (2)
    L^x[cp, cj]  = 1/n[p] if place j is in window p, else 0                        (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..geometry import Each, Windows, adaptive, each, in_arithmetic_of, last_written, sliding
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point


class AdaptiveAvgPool2d(Layer):
    size: Each = 2

    def forward(self, x: Any) -> Any:
        windows = self._windows(x)
        n = in_arithmetic_of(x, windows.inside.sum(axis=1))  # (1)
        return (windows.read(x).sum(axis=2) / n).reshape(*x.shape[:-2], *windows.out)  # (2)

    def L_x(self, x: Any) -> Matrix:
        windows = self._windows(x)
        return self._matrix(x, windows, windows.inside.sum(axis=1))

    def _windows(self, x: Any) -> Windows:
        return adaptive(x.shape[-2:], each(self.size, 2))

    def _matrix(self, x: Any, windows: Windows, counts: np.ndarray) -> Matrix:
        channels = x.size // windows.places
        return windows.per_channel(channels, 1.0 / in_arithmetic_of(x, counts)[windows.links[0]])  # (3)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        right, axes, out = self._windows(x), x.shape[-2:], each(self.size, 2)
        counts = right.inside.sum(axis=1)
        text = "where windows overlap, the last one is assigned and not all are added"
        yield Mistake("assigned-not-added", text, last_written(self.L_x(x)))
        k = tuple(max(1, n // m) for n, m in zip(axes, out, strict=True))
        equal = sliding(axes, k, k, (0, 0), (1, 1), out=out)
        text = "all windows are N//M long, as if M divided N"
        yield Mistake("equal-windows", text, self._matrix(x, equal, np.full(len(counts), np.prod(k))))
        text = "every window is divided by the length of the first"
        yield Mistake("one-divisor", text, self._matrix(x, right, np.full_like(counts, counts[0])))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], size: Each) -> Point:
            return Point(cls(size=size), {"x": rng.standard_normal(shape)}, name)

        yield point("typical", (2, 5, 7), (3, n))
        yield point("windows that divide", (3, 4, 6), (2, 3))
        yield point("more windows than places", (2, 2, 3), (3, 5))
        yield point("to one place", (3, n, n + 1), 1)
        yield point("as many windows as places", (1, 3, n), (3, n))
        yield point("one number for both axes", (2, n + 2, n), 2)
        yield point("one by one", (1, 1, 1), 1)
        yield Point(cls(size=(2, 3)), {"x": rng.integers(-2, 3, (2, 3, n + 2)).astype(float)}, "whole numbers")
