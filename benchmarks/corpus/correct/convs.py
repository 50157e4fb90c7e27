"""Convolutions: as direct loops, a sum over taps, a matrix for every window, scatter or gather backward, einsum.

`digits_cases`: by the Fourier transform. Its error is of the size of the largest entry, not of each: it is backward
stable in norm and not entry by entry.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from reference.conv2d import pair

from ..case import Case, Code
from ._make import Array, each_format, over, sequential


class Geometry:
    """Shapes of one call, and x with its padding."""

    def __init__(self, x: Array, W: Array, stride: Any, padding: Any, dilation: Any, groups: int, flip: bool):
        self.x_shape, self.W_shape, self.groups, self.flip = x.shape, W.shape, groups, flip
        self.stride, self.padding, self.dilation = pair(stride), pair(padding), pair(dilation)
        self.x = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in self.padding)))
        self.W = (W[:, :, ::-1, ::-1] if flip else W).copy()
        spans = [d * (k - 1) + 1 for d, k in zip(self.dilation, W.shape[2:], strict=True)]
        self.out = tuple((n - s) // t + 1 for n, s, t in zip(self.x.shape[2:], spans, self.stride, strict=True))
        self.spans = spans

    def tap(self, i: int, j: int) -> tuple[slice, ...]:
        """Where the windows have their tap (i, j), in the padded x."""
        top, left = i * self.dilation[0], j * self.dilation[1]
        (s, t), (h, w) = self.stride, self.out
        return (slice(None), slice(None), slice(top, top + s * h, s), slice(left, left + t * w, t))

    def grouped(self, a: Array) -> Array:
        """Channels as groups × channels of a group."""
        return a.reshape(len(a), self.groups, -1, *a.shape[2:])

    def kernels(self) -> Array:
        """Groups × outputs of a group × inputs of a group × taps."""
        return self.W.reshape(self.groups, -1, *self.W.shape[1:])

    def unpadded(self, a: Array) -> Array:
        (p, q), (h, w) = self.padding, self.x_shape[2:]
        return a[:, :, p : p + h, q : q + w].copy()

    def window(self, x: Array, h: int, w: int) -> Array:
        """The entries of grouped x that the window at (h, w) reads, as a view."""
        top, left = h * self.stride[0], w * self.stride[1]
        (d, e), (r, s) = self.dilation, self.spans
        return x[:, :, :, top : top + r : d, left : left + s : e]

    def gradient_of_W(self, dW: Array) -> Array:
        dW = dW.reshape(self.W_shape)
        return dW[:, :, ::-1, ::-1].copy() if self.flip else dW


def conv(kind: str) -> tuple[Any, Any]:
    def forward(
        x: Array,
        W: Array,
        b: Array,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        flip: bool = False,
    ) -> Any:
        geometry = Geometry(x, W, stride, padding, dilation, groups, flip)
        return FORWARDS[kind](geometry) + b[:, None, None], geometry

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        dx, dW = BACKWARDS[kind](g, saved)
        db = (
            sequential(g.transpose(1, 0, 2, 3).reshape(g.shape[1], -1))
            if kind == "loops"
            else over(lambda a: a.sum(axis=-1), g, (0, 2, 3))
        )
        return {"x": saved.unpadded(dx), "W": saved.gradient_of_W(dW), "b": db}

    return forward, backward


def taps_forward(f: Geometry) -> Array:
    """A product of channels for each tap, added up."""
    y: Any = 0
    for i in range(f.W.shape[2]):
        for j in range(f.W.shape[3]):
            y = y + np.einsum("goc,bgchw->bgohw", f.kernels()[..., i, j], f.grouped(f.x[f.tap(i, j)]))
    return y.reshape(f.x_shape[0], f.W_shape[0], *f.out)


def taps_backward(g: Array, f: Geometry) -> tuple[Array, Array]:
    dx, dW, g = np.zeros_like(f.x), np.zeros_like(f.kernels()), f.grouped(g)
    for i in range(f.W.shape[2]):
        for j in range(f.W.shape[3]):
            dW[..., i, j] = np.einsum("bgohw,bgchw->goc", g, f.grouped(f.x[f.tap(i, j)]))
            part = np.einsum("goc,bgohw->bgchw", f.kernels()[..., i, j], g)
            dx[f.tap(i, j)] += part.reshape(len(part), dx.shape[1], *f.out)
    return dx, dW


def loops_forward(f: Geometry) -> Array:
    """One window after the other."""
    y = np.zeros((f.x_shape[0], f.groups, f.W_shape[0] // f.groups, *f.out), f.x.dtype)
    x = f.grouped(f.x)
    for h in range(f.out[0]):
        for w in range(f.out[1]):
            y[..., h, w] = sequential(flat(f.window(x, h, w)[:, :, None] * f.kernels()[None]))
    return y.reshape(f.x_shape[0], f.W_shape[0], *f.out)


def loops_backward(g: Array, f: Geometry) -> tuple[Array, Array]:
    x, g = f.grouped(f.x), f.grouped(g)
    dx, dW = np.zeros_like(x), np.zeros_like(f.kernels())
    for b in range(len(g)):
        for h in range(f.out[0]):
            for w in range(f.out[1]):
                one = g[b, :, :, h, w]
                dW += one[:, :, None, None, None] * f.window(x, h, w)[b][:, None]
                f.window(dx, h, w)[b] += sequential(np.moveaxis(one[:, :, None, None, None] * f.kernels(), 1, -1))
    return dx.reshape(f.x.shape), dW


def flat(a: Array) -> Array:
    return a.reshape(*a.shape[:-3], a.shape[-3] * a.shape[-2] * a.shape[-1])


def windows(f: Geometry) -> Array:
    """Batch × groups × channels × places × taps."""
    found = sliding_window_view(f.grouped(f.x), tuple(f.spans), axis=(3, 4))
    return found[:, :, :, :: f.stride[0], :: f.stride[1], :: f.dilation[0], :: f.dilation[1]]


def einsum_forward(f: Geometry) -> Array:
    """One einsum over windows."""
    return np.einsum("gocij,bgchwij->bgohw", f.kernels(), windows(f)).reshape(f.x_shape[0], f.W_shape[0], *f.out)


def einsum_backward(g: Array, f: Geometry) -> tuple[Array, Array]:
    """dx gathered: every entry of x sums over the windows that read it, a correlation of g set apart by the stride."""
    g = f.grouped(g)
    dW = np.einsum("bgohw,bgchwij->gocij", g, windows(f))
    (H, V), (s, t), (r, c) = f.x.shape[2:], f.stride, f.spans
    apart = np.zeros((*g.shape[:3], H + r - 1, V + c - 1), g.dtype)
    apart[..., r - 1 : r - 1 + s * f.out[0] : s, c - 1 : c - 1 + t * f.out[1] : t] = g
    seen = sliding_window_view(apart, (r, c), axis=(3, 4))[..., :: f.dilation[0], :: f.dilation[1]]
    dx = np.einsum("gocij,bgohwij->bgchw", f.kernels()[..., ::-1, ::-1], seen)
    return dx.reshape(f.x.shape), dW


def matrix(f: Geometry) -> Array:
    """The whole layer as one matrix: rows are entries of y, columns those of the padded x."""
    size = f.x[0].size
    M = np.zeros((f.W_shape[0] * f.out[0] * f.out[1], size), f.x.dtype)
    place = np.arange(size).reshape(f.x.shape[1:])
    per, inputs = f.W_shape[0] // f.groups, f.W_shape[1]
    for row, (o, h, w) in enumerate(np.ndindex(f.W_shape[0], *f.out)):
        channels = slice(o // per * inputs, (o // per + 1) * inputs)
        top, left = h * f.stride[0], w * f.stride[1]
        read = place[channels, top : top + f.spans[0] : f.dilation[0], left : left + f.spans[1] : f.dilation[1]]
        M[row, read] = f.W[o]
    return M


def matrix_forward(f: Geometry) -> Array:
    y = f.x.reshape(len(f.x), f.x[:1].size) @ matrix(f).T
    return y.reshape(f.x_shape[0], f.W_shape[0], *f.out)


def matrix_backward(g: Array, f: Geometry) -> tuple[Array, Array]:
    dx = (g.reshape(len(g), g[:1].size) @ matrix(f)).reshape(f.x.shape)
    return dx, einsum_backward(g, f)[1]


def fourier_forward(f: Geometry) -> Array:
    """By the theorem of convolution, of x and the kernel with its taps set apart."""
    H, V = f.x.shape[2:]
    apart = set_apart(f)
    product = np.einsum("gocuv,bgcuv->bgouv", np.conj(np.fft.rfft2(apart, (H, V))), np.fft.rfft2(f.grouped(f.x)))
    y = np.fft.irfft2(product, (H, V))[..., : H - f.spans[0] + 1 : f.stride[0], : V - f.spans[1] + 1 : f.stride[1]]
    return y.reshape(f.x_shape[0], f.W_shape[0], *f.out).astype(f.x.dtype)


def set_apart(f: Geometry) -> Array:
    kernels = f.kernels()
    apart = np.zeros((*kernels.shape[:3], *f.spans), kernels.dtype)
    apart[..., :: f.dilation[0], :: f.dilation[1]] = kernels
    return apart


def fourier_backward(g: Array, f: Geometry) -> tuple[Array, Array]:
    H, V = f.x.shape[2:]
    wide = np.zeros((*f.grouped(g).shape[:3], H, V), g.dtype)
    wide[..., : H - f.spans[0] + 1 : f.stride[0], : V - f.spans[1] + 1 : f.stride[1]] = f.grouped(g)
    G = np.fft.rfft2(wide)
    dx = np.fft.irfft2(np.einsum("gocuv,bgouv->bgcuv", np.fft.rfft2(set_apart(f), (H, V)), G), (H, V))
    dW = np.fft.irfft2(np.einsum("bgouv,bgcuv->gocuv", np.conj(G), np.fft.rfft2(f.grouped(f.x))), (H, V))
    dW = dW[..., : f.spans[0] : f.dilation[0], : f.spans[1] : f.dilation[1]]
    return dx.reshape(f.x.shape).astype(g.dtype), dW.astype(g.dtype)


FORWARDS = {
    "taps": taps_forward, "loops": loops_forward, "einsum": einsum_forward, "matrix": matrix_forward,
    "Fourier": fourier_forward,
}  # fmt: skip
BACKWARDS = {
    "taps": taps_backward, "loops": loops_backward, "einsum": einsum_backward, "matrix": matrix_backward,
    "Fourier": fourier_backward,
}  # fmt: skip


def cases() -> list[Case]:
    return [
        case
        for kind in ("taps", "loops", "einsum", "matrix")
        for case in each_format(f"conv2d/{kind}", "conv2d", *conv(kind))
    ]


def digits_cases() -> list[Case]:
    """By the Fourier transform: FAIL where an entry that is exactly 0, or whole, must come out so; it has no name."""
    return [Case("conv2d/Fourier", "conv2d", Code(*conv("Fourier")), True, ("float64", "float32"))]
