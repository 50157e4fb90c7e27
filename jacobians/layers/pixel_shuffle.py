"""PixelShuffle: y[c, h r + i, w r + j] = x[c r² + i r + j, h, w].

    y        = x, r² channels laid out as squares of r × r pixels                  (1)
    L^x      = a permutation: row (c, h r + i, w r + j) has its 1 in column (c r² + i r + j, h, w)       (2)

x is [C r², H, W], y is [C, H r, W r]; `upscale_factor` is r.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import below
from ..layer import Layer
from ..matrix import Matrix, entries
from ..mistake import Mistake
from ..moving import moved
from ..point import Point


class PixelShuffle(Layer):
    upscale_factor: int = 2

    def forward(self, x: Any) -> Any:
        return shuffled(x, self.upscale_factor)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return moved(shuffled, x.shape, self.upscale_factor).fill(1.0)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        if a != "x":
            return
        r = self.upscale_factor
        channels, height, width = x.shape
        places = below(x.size)
        swapped = places.reshape(channels // r**2, r, r, height, width).transpose(0, 3, 2, 4, 1)
        yield Mistake("i-j-swapped", "the row and the column within a square are swapped", _taking(swapped))
        last = places.reshape(r, r, channels // r**2, height, width).transpose(2, 3, 0, 4, 1)
        yield Mistake("channels-last", "the channels are read as i, j, c and not as c, i, j", _taking(last))
        yield Mistake("only-reshaped", "the gradient is reshaped and not moved back", _taking(places))
        forward = np.argsort(self.forward(places.reshape(x.shape)).ravel())
        yield Mistake("not-inverted", "the gradient is moved as the data and not back", _taking(forward))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": rng.standard_normal((8, n, n + 1))}, "typical")
        yield Point(cls(upscale_factor=3), {"x": rng.standard_normal((9, 2, 1))}, "r = 3, one channel")
        yield Point(cls(upscale_factor=1), {"x": rng.standard_normal((2, 2, 3))}, "r = 1")
        yield Point(cls(), {"x": rng.integers(-2, 3, (12, 1, 2)).astype(float)}, "whole numbers, with ties and zeros")
        yield Point(cls(), {"x": rng.standard_normal((4, 1, 1)) * 1e3}, "a single pixel, large")


def _taking(places: np.ndarray) -> Matrix:
    """The matrix that takes the entries at these places."""
    return entries(np.arange(places.size), places, 1.0, (places.size, places.size))


def shuffled(x: Any, r: int) -> Any:
    """y for x [channels × height × width]."""
    channels, height, width = x.shape
    split = np.reshape(x, (channels // r**2, r, r, height, width))
    return np.reshape(np.transpose(split, (0, 3, 1, 4, 2)), (channels // r**2, height * r, width * r))
