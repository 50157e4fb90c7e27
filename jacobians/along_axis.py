"""Layers that reduce x over one axis, or over all entries: which entry of y each entry of x has a part in."""

from __future__ import annotations

from typing import Any

import numpy as np

from .matrix import Matrix, compact
from .patterns import Pattern, kept


def shares(tied: Any, axis: int | None, tie: str) -> Any:
    """Which part of g each entry gets; `tied` is 1 for those equal to the maximum (or minimum) and 0 for the others."""
    if tie == "shared":
        return tied / tied.sum(axis=axis, keepdims=True)
    places = np.arange(tied.size).reshape(tied.shape) if axis is None else np.indices(tied.shape, sparse=True)[axis]
    return np.where(places == np.argmax(tied, axis=axis, keepdims=True), 1.0, 0.0)


@kept
def terms(shape: tuple[int, ...], axis: int | None) -> Pattern:
    """The places of ∂y/∂x: a row for each entry of y, a column for each entry of x that it is reduced from."""
    y = np.zeros(shape).sum(axis=axis, keepdims=True)
    reads = np.broadcast_to(np.arange(y.size).reshape(y.shape), shape)
    return Pattern(reads.ravel(), np.arange(reads.size), (y.size, reads.size))


def only_nonzero(values: Any, axis: int | None) -> Matrix:
    """∂y/∂x of a reduction over the axis, `values` holding ∂y/∂x for each entry of x, most of them 0."""
    return compact(terms(values.shape, axis).fill(values))


def reduction(values: Any, axis: int | None) -> Matrix:
    """∂y/∂x of a reduction over the axis, `values` holding ∂y/∂x for each entry of x."""
    places = terms(values.shape, axis)
    return values.reshape(1, -1) if places.shape[0] == 1 else places.fill(values)
