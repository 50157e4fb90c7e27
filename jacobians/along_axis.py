"""Layers along an axis of x, or several: those that reduce it, and those that turn each slice along it into a new one.

Slices are numbered in the order of the axes that are left, and the entries of one in the order of its own axes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .keeping import kept
from .kinds import is_array, where
from .matrix import Matrix, compact
from .moving import numbered
from .patterns import Pattern


def shares(tied: Any, axis: int | None, tie: str) -> Any:
    """Which part of g each entry gets; `tied` is 1 for those equal to the maximum (or minimum) and 0 for the others."""
    if tie == "shared":
        return tied / tied.sum(axis=axis, keepdims=True)
    if is_array(tied):
        places = numbered(tied.shape) if axis is None else np.indices(tuple(tied.shape), sparse=True)[axis]
        return where(places == np.argmax(tied, axis=axis, keepdims=True), 1.0, 0.0)
    before = np.cumsum(tied, axis=axis).reshape(tied.shape) - tied  # comparisons, so that rounding may leave them open
    return where((tied > 0.5) & (before < 0.5), 1.0, 0.0)


@kept
def terms(shape: tuple[int, ...], axis: int | None) -> Pattern:
    """The places of ∂y/∂x: a row for each entry of y, a column for each entry of x that it is reduced from."""
    y = np.zeros(shape).sum(axis=axis, keepdims=True)
    reads = np.broadcast_to(numbered(y.shape), shape)
    return Pattern(reads.ravel(), np.arange(reads.size), (y.size, reads.size))


def only_nonzero(values: Any, axis: int | None) -> Matrix:
    """∂y/∂x of a reduction over the axis, `values` holding ∂y/∂x for each entry of x, most of them 0."""
    return compact(terms(values.shape, axis).fill(values))


def reduction(values: Any, axis: int | None) -> Matrix:
    """∂y/∂x of a reduction over the axis, `values` holding ∂y/∂x for each entry of x."""
    places = terms(values.shape, axis)
    return values.reshape(1, -1) if places.shape[0] == 1 else places.fill(values)


def in_slices(blocks: Any, shape: tuple[int, ...], axis: int | tuple[int, ...]) -> Matrix:
    """∂y/∂x where each slice of y is made of the same slice of x alone.

    Args:
        blocks: for each slice the Jacobian of its N entries, [slices × N × N].
        shape: of x, and of y.
    """
    if len(blocks) == 1:
        return blocks[0]
    along = tuple(a % len(shape) for a in ((axis,) if isinstance(axis, int) else axis))
    left = [n for a, n in enumerate(shape) if a not in along]
    blocks = blocks.reshape(*left, *(shape[a] for a in along), blocks.shape[-1])
    row_by_row = np.moveaxis(blocks, tuple(range(len(left), len(shape))), along)  # as they are stored
    return slices(tuple(shape), along).fill(row_by_row)


@kept
def slices(shape: tuple[int, ...], along: tuple[int, ...]) -> Pattern:
    """The places of it, row by row."""
    ends = tuple(range(-len(along), 0))
    columns = np.moveaxis(numbered(shape), along, ends)
    columns = columns.reshape(*columns.shape[: -len(along)], *(1,) * len(along), -1)
    columns = np.moveaxis(columns, tuple(range(-1 - len(along), -1)), along)
    rows = numbered(shape)
    return Pattern(rows[..., None], columns, (rows.size, rows.size))


def with_diagonal(blocks: Any, own: Any) -> Any:
    """These blocks [… × N × N] with `own` [… × N] on their diagonals. An ndarray must be new: it is written to."""
    if not is_array(blocks):
        return where(np.eye(blocks.shape[-1], dtype=bool), own[..., None], blocks)
    np.einsum("...ii->...i", blocks)[...] = own  # a view
    return blocks


def each_row(v: Any) -> Any:
    """[… × N × N], row v in every one of N rows; new."""
    rows = np.broadcast_to(v[..., None, :], (*v.shape, v.shape[-1]))
    return rows.copy() if is_array(rows) else rows


def others(p: Any) -> Any:
    """The sum of all other entries of the same row: what 1 − p is for probabilities, with all its digits."""
    return p @ (1.0 - np.eye(p.shape[-1]))
