"""Im2Col: y[c k, p] = x[c, s p + d k − q].

The windows of a convolution laid out as columns (PyTorch's unfold): x [C, H, W]; row ck of y belongs to channel c and
tap k of the kernel, row by row, column p to the place p of the window; s is the stride, d the dilation, q the padding,
of zeros. A convolution is W times these columns; what im2col's gradient does is called col2im.

    y[ck, p]       = x[c, j]   for the place j = s p + d k − q, 0 where that is in the padding   (1)
    L^x[ckp, cj]   = 1         if window p reads place j by tap k, else 0                        (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import prod
from typing import Any

import numpy as np

from ..geometry import Each, Windows, each, last_written, misplaced, sliding
from ..keeping import kept
from ..kinds import below
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..patterns import Pattern
from ..point import Point


class Im2Col(Layer):
    kernel: Each = 2
    stride: Each = 1
    padding: Each = 0
    dilation: Each = 1

    def forward(self, x: Any) -> Any:
        windows = self._windows(x)
        return windows.read(x).transpose(0, 2, 1).reshape(-1, prod(windows.out))  # (1)

    def L_x(self, x: Any) -> Matrix:
        return self._matrix(x, self._windows(x))

    def _settings(self) -> tuple[tuple[int, ...], ...]:
        return tuple(each(setting, 2) for setting in (self.kernel, self.stride, self.padding, self.dilation))

    def _windows(self, x: Any) -> Windows:
        return sliding(x.shape[-2:], *self._settings())

    def _matrix(self, x: Any, windows: Windows) -> Matrix:
        return columns(windows, x.size // windows.places).fill(1.0)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        right, (kernel, stride, padding, dilation) = self._windows(x), self._settings()
        P, K = right.table.shape
        L = self.L_x(x)
        text = "where windows overlap, the last one is assigned and not all are added"
        yield Mistake("assigned-not-added", text, last_written(L))
        row = below(L.shape[0]).reshape(-1, K, P)
        text = "the rows of the columns are taken tap by tap, then channel by channel"
        yield Mistake("taps-before-channels", text, L[row.transpose(1, 0, 2).ravel()])
        across = row.reshape(-1, *right.out).swapaxes(-1, -2)
        yield Mistake("places-transposed", "the windows are numbered down before across", L[across.ravel()])
        make = partial(sliding, x.shape[-2:], out=right.out)
        for name, text, windows in misplaced(make, right, kernel, stride, padding, dilation):
            yield Mistake(name, text, self._matrix(x, windows))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], **settings: Any) -> Point:
            return Point(cls(**settings), {"x": rng.standard_normal(shape)}, name)

        yield point("typical", (2, 3, n + 2), kernel=2, stride=(2, 1), padding=(1, 0), dilation=(1, 3))
        yield point("library defaults", (1, 3, n))
        yield point("windows in the padding alone", (1, 2, 3), kernel=2, stride=2, padding=(2, 3))
        yield point("stride that does not divide", (2, 4, n + 1), kernel=(1, 2), stride=3)
        yield point("kernel as large as the input", (3, 2, 4), kernel=(2, 4))
        yield point("one tap, stride 2", (2, 4, n), kernel=1, stride=2)
        yield point("one by one", (1, 1, 1), kernel=1)
        yield Point(cls(kernel=(2, 3)), {"x": rng.integers(-2, 3, (1, 3, n + 1)).astype(float)}, "whole numbers")


@kept
def columns(windows: Windows, channels: int) -> Pattern:
    """The places of L^x."""
    P, K = windows.table.shape
    window, tap, place = windows.links
    c = np.arange(channels)[:, None]
    return Pattern((c * K + tap) * P + window, c * windows.places + place, (c.size * K * P, c.size * windows.places))
