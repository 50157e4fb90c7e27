"""Layers that move entries and compute nothing: entry i of y is an entry of x, or none."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from .keeping import kept
from .patterns import Pattern

Shape = tuple[int, ...]


def taken(j: np.ndarray, n: int) -> Pattern:
    """The places of ∂y/∂x where y[i] = x[j[i]], x of n entries; where j[i] < 0, y[i] is none of them."""
    j = np.ravel(j)
    i = np.flatnonzero(j >= 0)
    return Pattern(i, j[i], (j.size, n))


@kept
def moved(move: Callable[..., Any], shape: Shape, *settings: Any) -> Pattern:
    """The places of ∂y/∂x, y = move(x, *settings), x of this shape; asked of the numbers of x's entries.

    Args:
        move: a function of a module, which the same settings make do the same; where it puts −1, y is no entry of x.
    """
    return taken(move(numbered(shape), *settings), prod(shape))


@kept
def joined(join: Callable[..., Any], k: int, shapes: tuple[Shape, ...], axis: int) -> Pattern:
    """The places of ∂y/∂x[k], y = join(x, axis), where x has arrays of these shapes."""
    parts = [np.full(shape, -1) for shape in shapes]
    parts[k] = numbered(shapes[k])
    return taken(join(parts, axis), prod(shapes[k]))


def numbered(shape: Shape) -> np.ndarray:
    """The numbers 0, 1, … of the entries of an array of this shape."""
    return np.arange(prod(shape)).reshape(shape)
