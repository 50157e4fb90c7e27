"""Products and reductions whose sums run in every order: bounds must hold for any.

Sequential, reversed, pairwise, blocked, split-K (partial sums in the accumulator's type, then added), by rising and
falling magnitude, Kahan, float64 accumulators, exactly rounded, einsum, a product with ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from reference import matmul as matmul_twin
from reference.conv2d import col2im, im2col, pair

from ..case import Case
from ._make import PLAIN, TOTALS, Array, Total, each_format, over, product

Pair = tuple[Any, Any]


def summing(total: Total) -> Pair:
    def forward(x: Array, axis: int | None = None) -> Any:
        axes = tuple(range(1, x.ndim)) if axis is None else (range(1, x.ndim)[axis],)
        return over(total, x, axes), (x.shape, axes)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        shape, axes = saved
        return {"x": np.broadcast_to(np.expand_dims(g, axes), shape).copy()}

    return forward, backward


def averaging(total: Total) -> Pair:
    def forward(x: Array, axis: int | None = None) -> Any:
        axes = tuple(range(1, x.ndim)) if axis is None else (range(1, x.ndim)[axis],)
        n = int(np.prod([x.shape[k] for k in axes]))
        return over(total, x * x.dtype.type(1 / n), axes), (x.shape, axes, n)  # each term scaled before the sum

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        shape, axes, n = saved
        return {"x": np.broadcast_to(np.expand_dims(g * g.dtype.type(1 / n), axes), shape).copy()}

    return forward, backward


def linear(total: Total) -> Pair:
    def forward(x: Array, W: Array, b: Array) -> Any:
        return product(total, x, W.T) + b, (x, W)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        x, W = saved
        return {"x": product(total, g, W), "W": product(total, g.T, x), "b": total(g.T)}

    return forward, backward


def linear_bias_first(total: Total) -> Pair:
    """The bias is the first term of the accumulator, as in a fused epilogue."""

    def forward(x: Array, W: Array, b: Array) -> Any:
        terms = x[:, None, :] * W
        first = np.broadcast_to(b[:, None], (*terms.shape[:-1], 1))
        return total(np.concatenate([first, terms], axis=-1)), (x, W)

    return forward, linear(total)[1]


def dense(total: Total) -> Pair:
    def forward(x: Array, W: Array, b: Array) -> Any:
        rows = x.reshape(-1, x.shape[-1])
        return (product(total, rows, W.T) + b).reshape(*x.shape[:-1], len(b)), (x, W)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        x, W = saved
        rows, columns = g.reshape(-1, len(W)), x.reshape(-1, x.shape[-1])
        return {"x": product(total, rows, W).reshape(x.shape), "W": product(total, rows.T, columns), "b": total(rows.T)}

    return forward, backward


def dense_by_examples(total: Total) -> Pair:
    """dW and db an example at a time, added to what is there."""

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        x, W = saved
        dW, db = np.zeros_like(W), np.zeros(len(W), W.dtype)
        for one, seen in zip(g.reshape(len(g), -1, len(W)), x.reshape(len(x), -1, x.shape[-1]), strict=True):
            dW += product(total, one.T, seen)
            db += total(one.T)
        return {"x": product(total, g.reshape(-1, len(W)), W).reshape(x.shape), "W": dW, "b": db}

    return dense(total)[0], backward


def matmul(total: Total) -> Pair:
    def forward(A: Array, B: Array) -> Any:
        left, right = matmul_twin.aligned(A, B)
        y = product(total, left, right)
        drop = tuple(axis for axis, a in ((-2, A), (-1, B)) if a.ndim == 2)
        return y.squeeze(drop), (left, right, y.shape, A.shape, B.shape)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        left, right, y_shape, A_shape, B_shape = saved
        g = g.reshape(y_shape)
        dA, dB = product(total, g, right.swapaxes(-1, -2)), product(total, left.swapaxes(-1, -2), g)
        return {"A": repeats(left.shape, dA).reshape(A_shape), "B": repeats(right.shape, dB).reshape(B_shape)}

    def repeats(shape: tuple[int, ...], g: Array) -> Array:
        return over(total, g, tuple(k for k in range(g.ndim) if shape[k] == 1 != g.shape[k]), keepdims=True)

    return forward, backward


def dot(total: Total) -> Pair:
    def forward(u: Array, v: Array) -> Any:
        return over(total, u * v, tuple(range(1, u.ndim))), (u, v)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        u, v = saved
        g = g.reshape(-1, *(1,) * (u.ndim - 1))
        return {"u": g * v, "v": g * u}

    return forward, backward


def conv2d(total: Total) -> Pair:
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
        where = pair(stride), pair(padding), pair(dilation)
        columns, size = im2col(x, W.shape[2:], *where)
        columns = columns.reshape(len(x), groups, -1, size[0] * size[1])
        kernels = (W[:, :, ::-1, ::-1] if flip else W).reshape(groups, len(W) // groups, -1)
        y = product(total, kernels, columns).reshape(len(x), len(W), *size) + b[:, None, None]
        return y, (x.shape, W.shape, columns, kernels, size, where, flip)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        x_shape, W_shape, columns, kernels, size, where, flip = saved
        rows = g.reshape(len(g), *kernels.shape[:2], size[0] * size[1])
        # one long sum over the places of all examples, not a sum of each example's
        dW = product(total, long(rows), long(columns).swapaxes(-1, -2)).reshape(W_shape)
        dX = product(total, kernels.swapaxes(1, 2), rows).reshape(len(g), x_shape[1], *W_shape[2:], *size)
        dW = dW[:, :, ::-1, ::-1].copy() if flip else dW
        return {"x": col2im(dX, x_shape, *where), "W": dW, "b": over(total, g, (0, 2, 3))}

    def long(a: Array) -> Array:
        return np.moveaxis(a, 0, 2).reshape(*a.shape[1:3], len(a) * a.shape[3])

    return forward, backward


def embedding(total: Total) -> Pair:
    """The gradient gathers, for each word, the places where it stands."""

    def forward(W: Array, index: Array, padding_idx: int | None = None) -> Any:
        y = W[index]
        if padding_idx is not None:
            y[index == padding_idx] = 0
        return y, (W.shape, index, padding_idx)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        shape, index, padding_idx = saved
        rows = g.reshape(-1, shape[1]).T
        words = [
            total(rows[:, index.ravel() == k]) if k != padding_idx else np.zeros(shape[1], g.dtype)
            for k in range(shape[0])
        ]
        return {"W": np.stack(words)}

    return forward, backward


def embedding_one_hot(total: Total) -> Pair:
    """The gradient as a product with the matrix of ones and zeros that says which word stands where."""

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        shape, index, padding_idx = saved
        hot = (np.arange(shape[0])[:, None] == index.ravel()).astype(g.dtype)
        if padding_idx is not None:
            hot[padding_idx] = 0
        return {"W": product(total, hot, g.reshape(-1, shape[1]))}

    return embedding(total)[0], backward


LAYERS = {
    "sum": (summing,), "mean": (averaging,), "linear": (linear, linear_bias_first), "dense": (dense, dense_by_examples),
    "matmul": (matmul,), "dot": (dot,), "conv2d": (conv2d,), "embedding": (embedding, embedding_one_hot),
}  # fmt: skip
THROUGHOUT = ("sequential", "pairwise", "split-K", "Kahan")  # also tried with sums in 16 bits


def cases() -> list[Case]:
    found: list[Case] = []
    for layer, makers in LAYERS.items():
        for make in makers:
            for order, total in (TOTALS | PLAIN).items():
                name = f"summation/{make.__name__}, {order}"
                found += each_format(name, layer, *make(total), throughout=order in THROUGHOUT)
    return found
