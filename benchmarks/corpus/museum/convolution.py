"""Family G of real_bugs.csv: convolution, pooling, resampling."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from reference import avg_pool1d, avg_pool2d, conv1d, conv2d, upsample_bilinear

from ..case import Case
from ._case import Array, raw, wrong

Each = tuple[int, int]


def cases() -> list[Case]:
    return [
        wrong(116, "dx is too short where the stride leaves a rest", "conv1d", too_short, "shape"),
        wrong(118, "dx is 0 where the stride leaves a rest", "conv2d", no_output_padding, "output-padding-ignored"),
        wrong(119, "stride and dilation are exchanged", "conv2d", exchanged, "stride-and-dilation-exchanged"),
        wrong(
            120,
            "one tap, stride 2: untouched entries of dx are never written",
            "conv2d",
            untouched,
            "finite",
            "repeatable",
        ),
        wrong(121, "the padding of the width is the height's", "conv2d", height_padding, "padding-of-the-height"),
        wrong(122, "the stride is missing in the window's index", "conv2d", no_stride, "stride-missing"),
        wrong(
            125, "backward zeroes x instead of dx", "slice", zeroes_x, "unchanged", "finite", forward=slice_keeping_x
        ),
        wrong(
            126, "partial windows are divided by the whole kernel", "avg_pool2d", full_kernel_2d, "full-window-divisor"
        ),
        wrong(
            127, "partial windows are divided by the whole kernel", "avg_pool1d", full_kernel_1d, "full-window-divisor"
        ),
        wrong(
            129,
            "corners aligned in forward, the ratio N/M in backward",
            "upsample_bilinear",
            ratio_alone,
            "ratio-of-centres",
            forward=keeping_sizes,
        ),
        wrong(
            130,
            "the height's ratio for the width",
            "upsample_bilinear",
            height_for_width,
            "height-for-width",
            forward=keeping_sizes,
        ),
        wrong(132, "dW reads the memory of g, whatever its strides", "conv2d", memory_of_g, "strides"),
    ]


def too_short(g: Array, saved: Any) -> dict[str, Array]:
    """A transposed convolution of g, without output_padding."""
    (_, _, length), W_shape, *_, stride, padding, dilation, _ = saved
    right = conv1d.backward(g, saved)
    return right | {"x": right["x"][:, :, : (g.shape[2] - 1) * stride - 2 * padding + dilation * (W_shape[2] - 1) + 1]}


def no_output_padding(g: Array, saved: Any) -> dict[str, Array]:
    x_shape, W_shape, _, _, _, stride, padding, dilation, _ = saved
    right = conv2d.backward(g, saved)
    reached = [
        max(0, (g.shape[a + 2] - 1) * stride[a] - 2 * padding[a] + dilation[a] * (W_shape[a + 2] - 1) + 1)
        for a in (0, 1)
    ]
    right["x"][:, :, reached[0] :] = 0
    right["x"][:, :, :, reached[1] :] = 0
    return right


def scattered(g: Array, saved: Any, stride: Each, padding: Each, dilation: Each) -> Array:
    """dx by the scatter of every tap, with these settings; what falls outside is dropped."""
    x_shape, W_shape, _, kernels, (rows, cols), *_ = saved
    dX = kernels.swapaxes(1, 2) @ g.reshape(len(g), *kernels.shape[:2], -1)
    dX = dX.reshape(len(g), x_shape[1], *W_shape[2:], rows, cols)
    dx = np.zeros(x_shape, g.dtype)
    height, width = x_shape[2:]
    for i, j, p, q in np.ndindex(*W_shape[2:], rows, cols):
        at, to = p * stride[0] + i * dilation[0] - padding[0], q * stride[1] + j * dilation[1] - padding[1]
        if 0 <= at < height and 0 <= to < width:
            dx[:, :, at, to] += dX[:, :, i, j, p, q]
    return dx


def exchanged(g: Array, saved: Any) -> dict[str, Array]:
    *_, stride, padding, dilation, _ = saved
    return conv2d.backward(g, saved) | {"x": scattered(g, saved, dilation, padding, stride)}


def untouched(g: Array, saved: Any) -> dict[str, Array]:
    x_shape, W_shape, _, _, _, stride, padding, _, _ = saved
    dx = np.empty(x_shape, g.dtype)  # right: zeros
    right = conv2d.backward(g, saved)
    if W_shape[2:] != (1, 1) or padding != (0, 0):
        return right
    dx[:, :, :: stride[0], :: stride[1]] = right["x"][:, :, :: stride[0], :: stride[1]]
    return right | {"x": dx}


def height_padding(g: Array, saved: Any) -> dict[str, Array]:
    *_, stride, padding, dilation, _ = saved
    return conv2d.backward(g, saved) | {"x": scattered(g, saved, stride, (padding[0], padding[0]), dilation)}


def no_stride(g: Array, saved: Any) -> dict[str, Array]:
    *_, padding, dilation, _ = saved
    return conv2d.backward(g, saved) | {"x": scattered(g, saved, (1, 1), padding, dilation)}


def slice_keeping_x(x: Array, start: Any = (1,), stop: Any = (), step: Any = ()) -> tuple[Array, Any]:
    y, (_, index) = importlib.import_module("reference.slice").forward(x, start, stop, step)
    return y, (x, index)


def zeroes_x(g: Array, saved: Any) -> dict[str, Array]:
    x, index = saved
    dx = np.empty(x.shape, g.dtype)
    x[...] = 0  # right: dx
    dx[index] = g
    return {"x": dx}


def full_kernel_2d(g: Array, saved: Any) -> dict[str, Array]:
    n, *rest = saved
    return avg_pool2d.backward(g, (np.full_like(n, np.prod(rest[2])), *rest))


def full_kernel_1d(g: Array, saved: Any) -> dict[str, Array]:
    n, shape, taps, *rest = saved
    return avg_pool1d.backward(g, (np.full_like(n, len(taps)), shape, taps, *rest))


def keeping_sizes(x: Array, size: Any = None, scale: Any = 2, align_corners: bool = False) -> tuple[Array, Any]:
    y, (A, B) = upsample_bilinear.forward(x, size, scale, align_corners)
    scales = (scale, scale) if np.ndim(scale) == 0 else scale
    ratios = [1 / s for s in scales] if size is None else [n / m for m, n in (A.shape, B.shape)]
    return y, (A, B, ratios, align_corners)


def interpolation(n: int, m: int, position: Array, dtype: Any) -> Array:
    """What each of m places reads of n at these positions."""
    position = np.clip(position, 0, n - 1)
    before = np.floor(position).astype(int)
    result = np.zeros((m, n), dtype)
    result[np.arange(m), before] += 1 - (position - before)
    result[np.arange(m), np.minimum(before + 1, n - 1)] += position - before
    return result


def ratio_alone(g: Array, saved: Any) -> dict[str, Array]:
    A, B, _, align_corners = saved
    if align_corners:  # right: (N − 1)/(M − 1)
        A, B = (interpolation(n, m, np.arange(m) * n / m, g.dtype) for m, n in (A.shape, B.shape))
    return {"x": A.T @ g @ B}


def height_for_width(g: Array, saved: Any) -> dict[str, Array]:
    A, B, ratios, align_corners = saved
    m, n = B.shape
    if align_corners:
        ratio = (A.shape[1] - 1) / max(A.shape[0] - 1, 1)
        position = np.arange(m) * ratio
    else:
        position = (np.arange(m) + 0.5) * ratios[0] - 0.5
    return {"x": A.T @ g @ interpolation(n, m, position, g.dtype)}


def memory_of_g(g: Array, saved: Any) -> dict[str, Array]:
    return conv2d.backward(g, saved) | {"W": conv2d.backward(raw(g), saved)["W"]}
