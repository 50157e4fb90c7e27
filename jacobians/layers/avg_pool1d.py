"""AvgPool1d: y[c, p] = Σ x[c, s p + t − q] / n[p] over the taps t.

As PyTorch has it: x [C, length]; p is a place of the output, t a tap of the kernel, s the stride (by default
the kernel, so that windows do not overlap), q the padding, of zeros. With ceil_mode a last window may reach past both
the input and its padding: such a partial window is divided by what it holds, not by the size of the kernel.

    n[p]         = taps of window p in the input, or with count_include_pad in it or its padding   (1)
    y[c, p]      = Σ x[c, j] / n[p]   over the places j = s p + t − q of the input                 (2)
    L^x[cp, cj]  = 1/n[p] if window p reads place j, else 0                                        (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from ..cut import Part, boxes
from ..geometry import Windows, each, in_arithmetic_of, last_written, misplaced, sliding
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point


class AvgPool1d(Layer):
    kernel: int = 2
    stride: int | None = None
    padding: int = 0
    ceil_mode: bool = False
    count_include_pad: bool = True

    def forward(self, x: Any) -> Any:
        windows = self._windows(x)
        n = in_arithmetic_of(x, self._counts(windows, self.count_include_pad))
        return (windows.read(x).sum(axis=2) / n).reshape(*x.shape[:-1], *windows.out)  # (2)

    def L_x(self, x: Any) -> Matrix:
        windows = self._windows(x)
        return self._matrix(x, windows, self._counts(windows, self.count_include_pad))

    def _settings(self) -> tuple[tuple[int, ...], ...]:
        stride = self.kernel if self.stride is None else self.stride
        return tuple(each(setting, 1) for setting in (self.kernel, stride, self.padding, 1))

    def _windows(self, x: Any) -> Windows:
        return sliding(x.shape[-1:], *self._settings(), ceil_mode=self.ceil_mode)

    def _counts(self, windows: Windows, with_padding: bool) -> np.ndarray:
        counts = (windows.padded if with_padding else windows.inside).sum(axis=1)  # (1)
        return np.maximum(counts, 1)  # a window that reads nothing is 0

    def _matrix(self, x: Any, windows: Windows, counts: np.ndarray) -> Matrix:
        channels = x.size // windows.places
        return windows.per_channel(channels, 1.0 / in_arithmetic_of(x, counts)[windows.links[0]])  # (3)

    def cut(self, rows: int, /, x: Any) -> Iterator[Part]:
        for y in boxes((*x.shape[:-1], *self._windows(x).out), rows, x.ndim - 1):
            yield Part(y, {"x": y[:-1]})

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
        make = partial(sliding, x.shape[-1:], out=right.out)
        for name, text, windows in misplaced(make, right, kernel, stride, padding, dilation):
            if name != "stride-and-dilation-exchanged":  # there is no dilation
                yield Mistake(name, text, self._matrix(x, windows, counts))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], **settings: Any) -> Point:
            return Point(cls(**settings), {"x": rng.standard_normal(shape)}, name)

        yield point(
            "typical", (2, 2 * n + 2), kernel=3, stride=2, padding=1, ceil_mode=True
        )  # the stride leaves a rest
        yield point("library defaults", (3, n + 1 - n % 2))
        settings = {"kernel": 5, "stride": 2, "padding": 2, "ceil_mode": True}
        yield point("padding not counted", (2, 2 * n), **settings, count_include_pad=False)
        yield point("padding counted", (2, 2 * n), **settings)
        yield point("kernel as large as the input", (3, n), kernel=n)
        yield point("one tap, stride 2", (2, n), kernel=1, stride=2)
        yield point("one by one", (1, 1), kernel=1)
        yield Point(cls(kernel=3, stride=1), {"x": rng.integers(-2, 3, (2, n + 1)).astype(float)}, "whole numbers")
