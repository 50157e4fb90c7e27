"""Layers that reduce x over one axis, or over all entries: which entry of y each entry of x has a part in."""

from __future__ import annotations

from typing import Any

import numpy as np

from .matrix import Matrix, entries


def shares(tied: Any, axis: int | None, tie: str) -> Any:
    """Which part of g each entry gets; `tied` is 1 for those equal to the maximum (or minimum) and 0 for the others."""
    if tie == "shared":
        return tied / tied.sum(axis=axis, keepdims=True)
    places = np.arange(tied.size).reshape(tied.shape) if axis is None else np.indices(tied.shape, sparse=True)[axis]
    return np.where(places == np.argmax(tied, axis=axis, keepdims=True), 1.0, 0.0)


def rows(shape: tuple[int, ...], axis: int | None) -> np.ndarray:
    """For every entry of x: which entry of y, reduced over the axis, it has a part in."""
    kept = np.zeros(shape).sum(axis=axis, keepdims=True)
    return np.broadcast_to(np.arange(kept.size).reshape(kept.shape), shape).ravel()


def only_nonzero(values: Any, axis: int | None) -> Matrix:
    """∂y/∂x of a reduction over the axis, `values` holding ∂y/∂x for each entry of x, most of them 0."""
    reads, j = rows(values.shape, axis), np.flatnonzero(values)
    return entries(reads[j], j, values.ravel()[j], (int(reads[-1]) + 1, values.size))


def reduction(values: Any, axis: int | None) -> Matrix:
    """∂y/∂x of a reduction over the axis, `values` holding ∂y/∂x for each entry of x."""
    reads = rows(values.shape, axis)
    if reads[-1] == 0:
        return values.reshape(1, -1)
    return entries(reads, np.arange(values.size), values, (int(reads[-1]) + 1, values.size))
