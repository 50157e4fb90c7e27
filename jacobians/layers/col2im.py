"""Col2Im: y[c, j] = Σ x[c k, p] over s p + d k − q = j.

Columns added back to where im2col reads them (PyTorch's fold): x [C · |kernel|, |windows|], y [C, H, W] with H and W
from the setting `size`. The transpose of im2col: row ck of x belongs to channel c and tap k of the kernel, column p to
the place p of the window; s is the stride, d the dilation, q the padding, and what would lie in it is dropped.

    y[c, j]        = Σ x[ck, p]   over the windows p and taps k with j = s p + d k − q   (1)
    L^x[cj, ckp]   = 1            if window p reaches place j by tap k, else 0           (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from ..geometry import Each, Windows, each, misplaced, sliding, spreading
from ..keeping import kept
from ..kinds import below
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..patterns import Pattern
from ..point import Point
from .im2col import columns


class Col2Im(Layer):
    size: Each = (3, 4)
    kernel: Each = 2
    stride: Each = 1
    padding: Each = 0
    dilation: Each = 1

    def forward(self, x: Any) -> Any:
        size, windows = each(self.size, 2), self._windows()
        K = windows.table.shape[1]
        back = spreading(windows.out, *self._settings(), (0, 0), size)  # which window reaches a place, tap by tap
        taps = x.reshape(-1, K, x.shape[-1])[:, np.arange(K), back.table]
        return np.where(back.inside, taps, 0.0).sum(axis=2).reshape(-1, *size)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return self._matrix(x, self._windows())

    def _settings(self) -> tuple[tuple[int, ...], ...]:
        return tuple(each(setting, 2) for setting in (self.kernel, self.stride, self.padding, self.dilation))

    def _windows(self) -> Windows:
        return sliding(each(self.size, 2), *self._settings())

    def _matrix(self, x: Any, windows: Windows) -> Matrix:
        return _added(windows, len(x) // windows.table.shape[1]).fill(1.0)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        right, (kernel, stride, padding, dilation) = self._windows(), self._settings()
        P, K = right.table.shape
        L, column = self.L_x(x), below(x.size).reshape(-1, K, P)
        text = "the rows of the columns are taken tap by tap, then channel by channel"
        yield Mistake("taps-before-channels", text, L[:, np.argsort(column.transpose(1, 0, 2).ravel())])
        across = column.reshape(-1, *right.out).swapaxes(-1, -2)
        text = "the windows are numbered down before across"
        yield Mistake("places-transposed", text, L[:, np.argsort(across.ravel())])
        make = partial(sliding, right.axes, out=right.out)
        for name, text, windows in misplaced(make, right, kernel, stride, padding, dilation):
            yield Mistake(name, text, self._matrix(x, windows))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def shape(map: Col2Im, channels: int) -> tuple[int, int]:
            P, K = map._windows().table.shape
            return channels * K, P

        def point(name: str, channels: int, size: tuple[int, int], **settings: Any) -> Point:
            map = cls(size=size, **settings)
            return Point(map, {"x": rng.standard_normal(shape(map, channels))}, name)

        yield point("typical", 2, (3, n + 2), kernel=2, stride=(2, 1), padding=(1, 0), dilation=(1, 3))
        yield point("default stride", 1, (3, n), kernel=2)
        yield point("windows in the padding alone", 1, (2, 3), kernel=2, stride=2, padding=(2, 3))
        yield point("stride that does not divide", 2, (4, n + 1), kernel=(1, 2), stride=3)
        yield point("kernel as large as the output", 3, (2, 4), kernel=(2, 4))
        yield point("one tap, stride 2", 2, (4, n), kernel=1, stride=2)
        yield point("one by one", 1, (1, 1), kernel=1)
        whole = cls(size=(3, n + 1), kernel=(2, 3))
        yield Point(whole, {"x": rng.integers(-2, 3, shape(whole, 1)).astype(float)}, "whole numbers")


@kept
def _added(windows: Windows, channels: int) -> Pattern:
    """The places of L^x, those of Im2Col's transposed."""
    there = columns(windows, channels)
    return Pattern(there.cols, there.rows, (there.shape[1], there.shape[0]))
