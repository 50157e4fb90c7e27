"""MaxPool2d: y[c, p] = max x[c, s p + d t − q] over the taps t.

As PyTorch has it: x [C, H, W]; p is a place of the output, two numbers, t a tap of the kernel, s the stride (by default
the kernel, so that windows do not overlap), d the dilation, q the padding, which never wins. With ceil_mode a last
window may reach past the input.

    y[c, p]      = max x[c, j]        over the places j = s p + d t − q of the input      (1)
    L^x[cp, cj]  = 1 if j is the first place of window p with its maximum, else 0         (2)
    L^x[cp, cj]  = 1/k if it is one of k places with the maximum, else 0                  (3)

At a tie the derivative is a convention: ties = "first" is (2) (PyTorch, TensorFlow), "shared" is (3) (the mean over the
choices of one). An entry of x that wins in several windows has an entry of L^x in each: their gradients add.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np

from ..cut import Part, boxes
from ..errors import ArgumentError
from ..geometry import Each, Windows, each, last_written, misplaced, sliding
from ..layer import Layer
from ..matrix import Matrix, compact
from ..mistake import Mistake
from ..point import Point


class MaxPool2d(Layer):
    kernel: Each = 2
    stride: Each | None = None
    padding: Each = 0
    dilation: Each = 1
    ceil_mode: bool = False
    ties: str = "first"

    conventions = {"ties": ("first", "shared")}

    def forward(self, x: Any) -> Any:
        windows = self._windows(x)
        return windows.read(x, -np.inf).max(axis=2).reshape(*x.shape[:-2], *windows.out)  # (1)

    def L_x(self, x: Any) -> Matrix:
        windows = self._windows(x)
        return self._matrix(x, windows, self._shares(windows.read(x, -np.inf)))

    def _settings(self) -> tuple[tuple[int, ...], ...]:
        stride = self.kernel if self.stride is None else self.stride
        return tuple(each(setting, 2) for setting in (self.kernel, stride, self.padding, self.dilation))

    def _windows(self, x: Any) -> Windows:
        windows = sliding(x.shape[-2:], *self._settings(), ceil_mode=self.ceil_mode)
        if not windows.inside.any(axis=1).all():
            raise ArgumentError(f"{self!r}: a window lies in the padding alone and has no maximum; take less padding")
        return windows

    def _shares(self, taps: Any) -> Any:
        """What part of its window's gradient each tap gets; comparisons alone, so that rounding may leave them open."""
        each_tap = [taps[..., t] for t in range(taps.shape[-1])]
        nothing = np.full(taps.shape[:-1], -np.inf)
        before = list(accumulate([nothing, *each_tap[:-1]], np.maximum))
        after = list(accumulate([nothing, *each_tap[:0:-1]], np.maximum))[::-1]
        beside = zip(each_tap, before, after, strict=True)
        if self.ties == "first":
            return np.stack([np.where((v > b) & (v >= a), 1.0, 0.0) for v, b, a in beside], axis=-1)  # (2)
        tied = np.stack([np.where(v >= np.maximum(b, a), 1.0, 0.0) for v, b, a in beside], axis=-1)
        return tied / tied.sum(axis=-1, keepdims=True)  # (3)

    def _matrix(self, x: Any, windows: Windows, shares: Any) -> Matrix:
        """L^x of taps that have these shares; only what rounding leaves open may be stored and 0."""
        return compact(windows.per_channel(len(shares), shares[:, windows.links[0], windows.links[1]]))

    def cut(self, rows: int, /, x: Any) -> Iterator[Part]:
        for y in boxes((*x.shape[:-2], *self._windows(x).out), rows, x.ndim - 2):
            yield Part(y, {"x": y[:-2]})

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        right, (kernel, stride, padding, dilation) = self._windows(x), self._settings()
        taps = right.read(x, -np.inf)
        shares = self._shares(taps)
        yield Mistake(
            "assigned-not-added",
            "where windows overlap, the last one is assigned and not all are added",
            last_written(self.L_x(x)),
        )
        make = partial(sliding, x.shape[-2:], out=right.out)
        for name, text, windows in misplaced(make, right, kernel, stride, padding, dilation):
            yield Mistake(name, text, self._matrix(x, windows, shares))
        still = make(kernel, (0,) * 2, (0,) * 2, (1,) * 2)
        text = "the place within the window is taken for the place in the input"
        yield Mistake("window-offset-missing", text, self._matrix(x, still, shares))
        spread = np.full(shares.shape, 1 / taps.shape[-1])
        yield Mistake(
            "spread-evenly", "all taps share the gradient, as in average pooling", self._matrix(x, right, spread)
        )
        full = (taps == taps.max(axis=-1, keepdims=True)).astype(float)
        text = "at a tie every place with the maximum gets the whole gradient"
        yield Mistake("every-tie-in-full", text, self._matrix(x, right, full))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], **settings: Any) -> Point:
            order = rng.permutation(prod(shape)) + 0.5 * rng.random(prod(shape))  # no two entries are near a tie
            return Point(cls(**settings), {"x": (order.reshape(shape) - len(order) / 2) / 16.0}, name)

        def whole(name: str, shape: tuple[int, ...], low: int, **settings: Any) -> Point:
            return Point(cls(**settings), {"x": np.maximum(rng.integers(-2, 3, shape), low).astype(float)}, name)

        yield point("typical", (2, n + 1, n + 2), kernel=(3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2))
        yield point("library defaults", (3, n, n + 1))
        yield point("ceil_mode with a rest", (2, 4, n + 3), kernel=(3, 2), stride=2, ceil_mode=True)
        yield point("kernel as large as the input", (3, 2, n), kernel=(2, n))
        yield point("one tap, stride 2", (2, 4, n), kernel=1, stride=(1, 2))
        negative = -1.0 - rng.random((2, 3, n))
        yield Point(cls(kernel=(2, 3), stride=(1, 2), padding=1), {"x": negative}, "below the padding's zeros")
        yield point("one by one", (1, 1, 1), kernel=1)
        yield whole(
            "whole numbers, ties in overlapping windows", (2, 3, n), -2, kernel=(2, 3), stride=1, padding=(0, 1)
        )
        yield whole("zeros, as after ReLU", (2, 4, n + 1), 0, kernel=2, stride=(2, 1))
