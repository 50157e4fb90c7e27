"""Layers of two arguments that NumPy's broadcasting brings to one shape: where entry k of y reads each of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .matrix import Array, Matrix
from .moving import moved


def selection(shape: tuple[int, ...], a: Array, factor: Any = 1.0) -> Matrix:
    """∂(factor · a broadcast to `shape`)/∂a: one entry a row, at the entry of a that lands there.

    Args:
        shape: the shape of y.
        a: the argument, of a shape that broadcasts to `shape`.
        factor: a number, or an array that broadcasts to `shape`: what each entry of a is multiplied by.
    """
    factor = np.broadcast_to(factor, shape) if np.ndim(factor) else factor
    return moved(np.broadcast_to, np.shape(a), tuple(shape)).fill(factor)
