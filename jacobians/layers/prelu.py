"""PReLU: y = x if x > 0, else slope · x, the slope learnt.

LeakyReLU with its slope a parameter: one for each channel (axis 0 of an example, C entries), or a single one.

    y           = x if x > 0, else slope[c] x        c the channel of x            (1)
    L^x[i, i]   = 1 if x[i] > 0, slope[c] if x[i] < 0                              (2)
    L^x[i, i]   = at_zero + (1 − at_zero) slope[c] if x[i] = 0                     (3)
    L^slope[i, c] = min(x[i], 0) if c is the channel of x[i], else 0               (4)

At 0, at_zero = 1 takes the derivative of the right, as LeakyReLU does here, 0 that of the left (PyTorch).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..broadcasting import selection
from ..kinds import where
from ..layer import Layer
from ..matrix import Matrix, diag
from ..mistake import Mistake
from ..point import Point


class PReLU(Layer):
    at_zero: float = 1.0

    theta = ("slope",)
    conventions = {"at_zero": (1.0, 0.0, 0.5)}

    def forward(self, x: Any, slope: Any) -> Any:
        return where(x > 0, x, _of_channel(slope, x) * x)  # (1)

    def L_x(self, x: Any, slope: Any) -> Matrix:
        left = np.broadcast_to(_of_channel(slope, x), x.shape)
        kink = self.at_zero + (1.0 - self.at_zero) * left  # (3)
        return diag(np.where(x > 0, 1.0, np.where(x < 0, left, kink)))  # (2)

    def L_slope(self, x: Any, slope: Any) -> Matrix:
        return selection(x.shape, _of_channel(slope, x), np.minimum(x, 0.0))  # (4)

    def mistakes(self, a: str, /, x: Any, slope: Any) -> Iterator[Mistake]:
        left = _of_channel(slope, x)
        if a == "x":
            text = "the slope is on the wrong side: where x > 0"
            yield Mistake("wrong-side", text, diag(np.where(x > 0, left, 1.0)))
            text = "it is 0 where x < 0: relu's gate"
            yield Mistake("missing-slope", text, diag(np.where(x > 0, 1.0, 0.0)))
            if slope.size > 1:
                text = "every channel has the slope of the first"
                yield Mistake("first-slope-for-all", text, self.L_x(x, slope[:1]))
        else:
            text = "it is x also where x > 0: the gate is missing"
            yield Mistake("missing-gate", text, selection(x.shape, left, x))
            text = "it is the gate alone: its factor x is missing"
            yield Mistake("missing-input", text, selection(x.shape, left, np.where(x < 0, 1.0, 0.0)))
            text = "it is y where x < 0: a factor slope too many"
            yield Mistake("output-for-input", text, selection(x.shape, left, np.where(x < 0, left * x, 0.0)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, slopes: int, *shape: int, scale: float = 1.0) -> Point:
            values = {"x": rng.standard_normal(shape) * scale, "slope": rng.uniform(-0.5, 1.5, slopes)}
            return Point(cls(), values, name)

        yield point("typical", n, n, n + 1)
        yield point("a single slope", 1, 2, 3 * n)
        yield point("an image of two channels", 2, 2, 3, n)
        yield point("channels alone", n + 1, n + 1)
        yield point("one channel", 1, 1, 4)
        yield point("large", 3, 3, 2, scale=1e6)
        yield point("tiny", 1, 4, 3, scale=1e-6)
        whole = {"x": rng.integers(-2, 3, (3, 5)).astype(float), "slope": rng.integers(-2, 3, 3).astype(float)}
        yield Point(cls(), whole, "whole numbers, with zeros")


def _of_channel(slope: Any, x: Any) -> Any:
    """The slopes along axis 0 of x: a single one broadcasts over all."""
    return slope.reshape((-1,) + (1,) * (x.ndim - 1))
