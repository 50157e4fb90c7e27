"""Average pooling: y[c, p] = Σ x[c, s p + t − q] / n[p] over the taps t, along any number of axes.

As PyTorch has it: x [C, …]. p is a place of the output and t a tap of the kernel, a number for each axis; s is the
stride (by default the kernel, so that windows do not overlap), q the padding, of zeros. With ceil_mode a last window
may reach past both the input and its padding: such a partial window is divided by what it holds, not by the size of the
kernel.

    n[p]         = taps of window p in the input, or with count_include_pad in it or its padding   (1)
    y[c, p]      = Σ x[c, j] / n[p]   over the places j = s p + t − q of the input                 (2)
    L^x[cp, cj]  = 1/n[p] if window p reads place j, else 0                                        (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar

import numpy as np

from .cut import Part, boxes
from .geometry import Each, Windows, each, in_arithmetic_of, last_written, misplaced, sliding
from .layer import Layer
from .matrix import Matrix
from .mistake import Mistake


class AvgPooling(Layer, abstract=True):
    """Windows that slide over the last `axes` axes of x, each of which gives its mean."""

    axes: ClassVar[int]  # along which windows slide

    kernel: Each = 2
    stride: Each | None = None
    padding: Each = 0
    ceil_mode: bool = False
    count_include_pad: bool = True

    def forward(self, x: Any) -> Any:
        windows = self._windows(x)
        n = in_arithmetic_of(x, self._counts(windows, self.count_include_pad))
        return (windows.read(x).sum(axis=2) / n).reshape(*x.shape[: -self.axes], *windows.out)  # (2)

    def L_x(self, x: Any) -> Matrix:
        windows = self._windows(x)
        return self._matrix(x, windows, self._counts(windows, self.count_include_pad))

    def _settings(self) -> tuple[tuple[int, ...], ...]:
        stride = self.kernel if self.stride is None else self.stride
        return tuple(each(setting, self.axes) for setting in (self.kernel, stride, self.padding, 1))

    def _windows(self, x: Any) -> Windows:
        return sliding(x.shape[-self.axes :], *self._settings(), ceil_mode=self.ceil_mode)

    def _counts(self, windows: Windows, with_padding: bool) -> np.ndarray:
        counts = (windows.padded if with_padding else windows.inside).sum(axis=1)  # (1)
        return np.maximum(counts, 1)  # a window that reads nothing is 0

    def _matrix(self, x: Any, windows: Windows, counts: np.ndarray) -> Matrix:
        channels = x.size // windows.places
        return windows.per_channel(channels, 1.0 / in_arithmetic_of(x, counts)[windows.links[0]])  # (3)

    def cut(self, rows: int, /, x: Any) -> Iterator[Part]:
        for y in boxes((*x.shape[: -self.axes], *self._windows(x).out), rows, x.ndim - self.axes):
            yield Part(y, {"x": y[: -self.axes]})

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        right, (kernel, stride, padding, dilation) = self._windows(x), self._settings()
        counts = self._counts(right, self.count_include_pad)
        full = np.full_like(counts, right.table.shape[1])
        yield Mistake(
            "full-window-divisor", "a partial window is divided by the size of the kernel", self._matrix(x, right, full)
        )
        text = "the padding is {}counted in the divisor".format("not " if self.count_include_pad else "")
        other = self._counts(right, not self.count_include_pad)
        yield Mistake("padding-counted-otherwise", text, self._matrix(x, right, other))
        text = "where windows overlap, the last one is assigned and not all are added"
        yield Mistake("assigned-not-added", text, last_written(self.L_x(x)))
        make = partial(sliding, x.shape[-self.axes :], out=right.out)
        for name, text, windows in misplaced(make, right, kernel, stride, padding, dilation):
            if name != "stride-and-dilation-exchanged":  # there is no dilation
                yield Mistake(name, text, self._matrix(x, windows, counts))
