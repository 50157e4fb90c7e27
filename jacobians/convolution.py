"""The convolution family: y[o, p] = Σ W[o, c, t] x[c, s p + d t − q] + b[o], along any number of axes.

As PyTorch has it: x [C, …], W [O, C/groups, …], b [O], with one length each for each axis. p is a place of the output
and t a tap of the kernel, a number for each axis; s is the stride, d the dilation, q the padding. The sum runs over the
taps that read a place of the input, and over the channels c of o's group: channels and outputs are parted into `groups`
equal runs (groups = C is called depthwise). This is a correlation; with flip=True tap t has the weight
W[o, c, k − 1 − t], a convolution as mathematics defines it. Every product W[κ] x[j] that is a term of y[i] is one
triple (i, j, κ) of places in vec(y), vec(x) and vec(W):

    y[i]      = Σ W[κ] x[j] + b[o]     over the triples of i, a place in channel o        (1)
    L^x[i, j] = W[κ]                   if (i, j, κ) is a triple, else 0                   (2)
    L^W[i, κ] = x[j]                   if (i, j, κ) is a triple, else 0                   (3)
    L^b[i, o] = 1                      if i is a place in channel o, else 0               (4)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar

import numpy as np

from .cut import Part
from .cut_windows import cut_convolution
from .geometry import Each, Triples, Windows, each, last_written, misplaced, per_place, sliding, triples
from .layer import Layer
from .matrix import Matrix
from .mistake import Mistake


class Convolution(Layer, abstract=True):
    """Kernels that slide over the last `axes` axes of x."""

    axes: ClassVar[int]  # along which windows slide

    stride: Each = 1
    padding: Each = 0
    dilation: Each = 1
    groups: int = 1
    flip: bool = False

    theta = ("W", "b")

    def forward(self, x: Any, W: Any, b: Any) -> Any:
        windows, O, per_group = self._windows(x, W), *W.shape[:2]
        taps = windows.read(x)
        taps = taps.reshape(self.groups, per_group, *taps.shape[1:])
        kernels = W.reshape(self.groups, O // self.groups, per_group, -1)[..., :: -1 if self.flip else 1]
        y = np.einsum("gock,gcpk->gop", kernels, taps).reshape(O, -1) + b[:, None]  # (1)
        return y.reshape(O, *windows.out)

    def L_x(self, x: Any, W: Any, b: Any) -> Matrix:
        return self._triples(x, W).L_x(W)  # (2)

    def L_W(self, x: Any, W: Any, b: Any) -> Matrix:
        return self._triples(x, W).L_W(x)  # (3)

    def L_b(self, x: Any, W: Any, b: Any) -> Matrix:
        return per_place(b, self._windows(x, W))  # (4)

    def _settings(self) -> tuple[tuple[int, ...], ...]:
        return tuple(each(setting, self.axes) for setting in (self.stride, self.padding, self.dilation))

    def _windows(self, x: Any, W: Any) -> Windows:
        return sliding(x.shape[1:], W.shape[2:], *self._settings())

    def _triples(self, x: Any, W: Any) -> Triples:
        return triples(self._windows(x, W), len(x), len(W), self.groups, self.flip)

    def cut(self, rows: int, /, x: Any, W: Any, b: Any) -> Iterator[Part]:
        return cut_convolution(self, rows, x, W, *self._settings())

    def mistakes(self, a: str, /, x: Any, W: Any, b: Any) -> Iterator[Mistake]:
        if a == "b":
            return
        right, kernel = self._windows(x, W), W.shape[2:]
        about = partial(triples, C=len(x), O=len(W), groups=self.groups)
        flipped = about(right, flip=not self.flip)
        yield Mistake(
            "kernel-flipped", "every tap has the weight at the mirrored place of the kernel", flipped.L(a, x, W)
        )
        mixed = about(right, flip=self.flip, mixed=True)
        yield Mistake(
            "groups-interleaved", "output channel o belongs to group o mod groups, not to a run", mixed.L(a, x, W)
        )
        make = partial(sliding, x.shape[1:], out=right.out)
        for name, text, windows in misplaced(make, right, kernel, *self._settings()):
            yield Mistake(name, text, about(windows, flip=self.flip).L(a, x, W))
        if a == "x":
            text = "where windows overlap, the last one is assigned and not all are added"
            yield Mistake("assigned-not-added", text, last_written(self.L_x(x, W, b)))
            text = "the places past the last window that fits without padding are cut off: no output_padding"
            yield Mistake("output-padding-ignored", text, about(self._cut(right, kernel), flip=self.flip).L(a, x, W))

    def _cut(self, right: Windows, kernel: tuple[int, ...]) -> Windows:
        """Without the places that a transposed convolution of y does not reach unless told the input's size."""
        lengths = [
            (m - 1) * s - 2 * p + d * (k - 1) + 1
            for m, k, s, p, d in zip(right.out, kernel, *self._settings(), strict=True)
        ]
        place = np.array(np.unravel_index(np.maximum(right.table, 0), right.axes))
        reached = (place < np.reshape(lengths, (-1, 1, 1))).all(axis=0)
        return Windows(right.axes, right.out, np.where(reached, right.table, -1), right.padded)
