"""Family H of real_bugs.csv: indexing, reductions, ties, products."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference import einsum, l2_normalize, maximum, prod

from ..case import Case
from ._case import Array, wrong


def cases() -> list[Case]:
    return [
        wrong(134, "a repeated index is assigned, not added", "gather", assigned, "assigned-not-added"),
        wrong(135, "the padding row receives a gradient", "embedding", padding_row, "padding-row-receives"),
        wrong(140, "every tied maximum gets the whole of g", "max", every_tie, "every-tied-entry", forward=maximum_of),
        wrong(141, "both arguments of a tie get the whole of g", "maximum", both, "tie-counted-twice", forward=larger),
        wrong(143, "y/x where x is 0", "prod", divided, "finite", forward=product),
        wrong(144, "y/x, taken for 0 where x is 0", "prod", divided_or_zero, "divided-by-zero-factor", forward=product),
        wrong(146, "y/x with an eps in the divisor", "prod", divided_by_eps, "divided-by-zero-factor", forward=product),
        wrong(149, "[before:-after] with after = 0 is empty", "pad", empty_slice, "shape", forward=padded),
        wrong(150, "axes are not put back in order", "einsum", reshaped, "axes-not-restored"),
        wrong(151, "the two branches are exchanged (there in renorm)", "l2_normalize", exchanged, "branches-exchanged"),
    ]


def assigned(g: Array, saved: Any) -> dict[str, Array]:
    shape, places = saved
    dx = np.zeros(shape, g.dtype)
    dx.reshape(-1)[places] = g  # right: added
    return {"x": dx}


def padding_row(g: Array, saved: Any) -> dict[str, Array]:
    shape, index, _ = saved
    dW = np.zeros(shape, g.dtype)
    np.add.at(dW, index, g)
    return {"W": dW}


def maximum_of(x: Array, axis: int | None = None) -> tuple[Array, Any]:
    axes = tuple(range(1, x.ndim)) if axis is None else (axis + 1 if axis >= 0 else axis,)
    y = x.max(axis=axes)
    return y, (x, y, axes)


def every_tie(g: Array, saved: Any) -> dict[str, Array]:
    x, y, axes = saved
    return {"x": np.expand_dims(g, axes) * (x == np.expand_dims(y, axes))}


def larger(a: Array, b: Array) -> tuple[Array, Any]:
    return maximum.forward(a, b)


def both(g: Array, saved: Any) -> dict[str, Array]:
    a_shape, b_shape, first, same, _ = saved
    return {"a": maximum.summed_to(a_shape, g * (first | same)), "b": maximum.summed_to(b_shape, g * ~first)}


def product(x: Array, axis: int | None = None) -> tuple[Array, Any]:
    y, _ = prod.forward(x, axis)
    axes = tuple(range(1, x.ndim)) if axis is None else (axis + 1 if axis >= 0 else axis,)
    return y, (x, np.expand_dims(y, axes), axes)


def divided(g: Array, saved: Any) -> dict[str, Array]:
    x, y, axes = saved
    return {"x": np.expand_dims(g, axes) * (y / x)}


def divided_or_zero(g: Array, saved: Any) -> dict[str, Array]:
    x, y, axes = saved
    return {"x": np.expand_dims(g, axes) * np.nan_to_num(y / x, nan=0, posinf=0, neginf=0)}


def divided_by_eps(g: Array, saved: Any) -> dict[str, Array]:
    x, y, axes = saved
    return {"x": np.expand_dims(g, axes) * (y / np.where(x == 0, g.dtype.type(1e-8), x))}


def padded(x: Array, widths: tuple[tuple[int, int], ...] = ((1, 2),), value: float = 0.0) -> tuple[Array, Any]:
    return np.pad(x, ((0, 0), *widths), constant_values=value), widths


def empty_slice(g: Array, saved: Any) -> dict[str, Array]:
    widths = saved
    return {"x": g[(slice(None), *(slice(before, -after) for before, after in widths))].copy()}


def reshaped(g: Array, saved: Any) -> dict[str, Array]:
    """The axes of the product that are the operand's, in the order of the product, under the operand's shape."""
    operands, letters, kept = saved
    right = einsum.backward(g, saved)
    for k, own in enumerate(letters):
        if len(set(own)) == len(own):
            order = sorted(own, key=(kept + own).index)
            d = right[f"x{k}"].transpose([own.index(c) for c in order])
            right[f"x{k}"] = np.ascontiguousarray(d).reshape(operands[k].shape)
    return right


def exchanged(g: Array, saved: Any) -> dict[str, Array]:
    y, n, gate, axis = saved
    return l2_normalize.backward(g, (y, n, 1 - gate, axis))
