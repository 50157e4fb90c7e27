"""Max pooling: y[c, p] = max x[c, s p + d t − q] over the taps t, along any number of axes.

As PyTorch has it: x [C, …]. p is a place of the output and t a tap of the kernel, a number for each axis; s is the
stride (by default the kernel, so that windows do not overlap), d the dilation, q the padding, which never wins. With
ceil_mode a last window may reach past the input.

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
from typing import Any, ClassVar

import numpy as np

from .cut import Part, boxes
from .errors import ArgumentError
from .geometry import Each, Windows, each, last_written, misplaced, sliding
from .layer import Layer
from .matrix import Matrix, compact
from .mistake import Mistake


class MaxPooling(Layer, abstract=True):
    """Windows that slide over the last `axes` axes of x, each of which gives its maximum."""

    axes: ClassVar[int]  # along which windows slide

    kernel: Each = 2
    stride: Each | None = None
    padding: Each = 0
    dilation: Each = 1
    ceil_mode: bool = False
    ties: str = "first"

    conventions = {"ties": ("first", "shared")}

    def forward(self, x: Any) -> Any:
        windows = self._windows(x)
        return windows.read(x, -np.inf).max(axis=2).reshape(*x.shape[: -self.axes], *windows.out)  # (1)

    def L_x(self, x: Any) -> Matrix:
        windows = self._windows(x)
        return self._matrix(x, windows, self._shares(windows.read(x, -np.inf)))

    def _settings(self) -> tuple[tuple[int, ...], ...]:
        stride = self.kernel if self.stride is None else self.stride
        return tuple(each(setting, self.axes) for setting in (self.kernel, stride, self.padding, self.dilation))

    def _windows(self, x: Any) -> Windows:
        windows = sliding(x.shape[-self.axes :], *self._settings(), ceil_mode=self.ceil_mode)
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
        for y in boxes((*x.shape[: -self.axes], *self._windows(x).out), rows, x.ndim - self.axes):
            yield Part(y, {"x": y[: -self.axes]})

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        right, (kernel, stride, padding, dilation) = self._windows(x), self._settings()
        taps = right.read(x, -np.inf)
        shares = self._shares(taps)
        yield Mistake(
            "assigned-not-added",
            "where windows overlap, the last one is assigned and not all are added",
            last_written(self.L_x(x)),
        )
        make = partial(sliding, x.shape[-self.axes :], out=right.out)
        for name, text, windows in misplaced(make, right, kernel, stride, padding, dilation):
            yield Mistake(name, text, self._matrix(x, windows, shares))
        still = make(kernel, (0,) * self.axes, (0,) * self.axes, (1,) * self.axes)
        text = "the place within the window is taken for the place in the input"
        yield Mistake("window-offset-missing", text, self._matrix(x, still, shares))
        spread = np.full(shares.shape, 1 / taps.shape[-1])
        yield Mistake(
            "spread-evenly", "all taps share the gradient, as in average pooling", self._matrix(x, right, spread)
        )
        full = (taps == taps.max(axis=-1, keepdims=True)).astype(float)
        text = "at a tie every place with the maximum gets the whole gradient"
        yield Mistake("every-tie-in-full", text, self._matrix(x, right, full))
