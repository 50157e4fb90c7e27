"""The transposed convolution: y[o, q] = Σ W[c, o, t] x[c, p] + b[o] over s p + d t − r = q, along any number of axes.

As PyTorch has it: x [C, …], W [C, O/groups, …], b [O], with one length each for each axis. p is a place of the input, t
a tap of the kernel and q a place of the output, a number for each axis; s is the stride, d the dilation, r the padding,
here of the output: that much is cut off each of its ends, and `output_padding` more places are kept at its far end. But
for b, the map x → y is the transpose of convolution's (convolution.py): y is what its gradient of x would be. As there,
every product W[κ] x[j] that is a term of y[i] is one triple (i, j, κ) of places in vec(y), vec(x) and vec(W):

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

from .geometry import Each, Triples, Windows, each, misplaced, per_place, spreading, triples
from .layer import Layer
from .matrix import Matrix
from .mistake import Mistake


class TransposedConvolution(Layer, abstract=True):
    """Kernels that each place of x spreads over, along its last `axes` axes."""

    axes: ClassVar[int]  # along which windows slide

    stride: Each = 1
    padding: Each = 0
    output_padding: Each = 0
    dilation: Each = 1
    groups: int = 1

    theta = ("W", "b")

    def forward(self, x: Any, W: Any, b: Any) -> Any:
        windows = self._windows(x, W)
        taps, kernels = (a.reshape(self.groups, len(x) // self.groups, *a.shape[1:]) for a in (windows.read(x), W))
        kernels = kernels.reshape(*kernels.shape[:3], -1)
        y = np.einsum("gcok,gcqk->goq", kernels, taps).reshape(len(b), -1) + b[:, None]  # (1)
        return y.reshape(len(b), *windows.out)

    def L_x(self, x: Any, W: Any, b: Any) -> Matrix:
        return self._triples(x, W, b).L_x(W)  # (2)

    def L_W(self, x: Any, W: Any, b: Any) -> Matrix:
        return self._triples(x, W, b).L_W(x)  # (3)

    def L_b(self, x: Any, W: Any, b: Any) -> Matrix:
        return per_place(b, self._windows(x, W))  # (4)

    def _settings(self) -> tuple[tuple[int, ...], ...]:
        return tuple(each(setting, self.axes) for setting in (self.stride, self.padding, self.dilation))

    def _windows(self, x: Any, W: Any) -> Windows:
        return spreading(x.shape[1:], W.shape[2:], *self._settings(), each(self.output_padding, self.axes))

    def _triples(self, x: Any, W: Any, b: Any) -> Triples:
        return triples(self._windows(x, W), len(x), len(b), self.groups, transposed=True)

    def mistakes(self, a: str, /, x: Any, W: Any, b: Any) -> Iterator[Mistake]:
        if a == "b":
            return
        right = self._windows(x, W)
        about = partial(triples, C=len(x), O=len(b), groups=self.groups, transposed=True)
        text = "every tap has the weight at the mirrored place of the kernel"
        yield Mistake("kernel-flipped", text, about(right, flip=True).L(a, x, W))
        text = "output channel o belongs to group o mod groups, not to a run"
        yield Mistake("groups-interleaved", text, about(right, mixed=True).L(a, x, W))
        make = partial(spreading, x.shape[1:], output_padding=(0,) * self.axes, out=right.out)
        for name, text, windows in misplaced(make, right, W.shape[2:], *self._settings()):
            yield Mistake(name, text, about(windows).L(a, x, W))
