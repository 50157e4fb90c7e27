"""Take: y = x[index].

The index is whatever NumPy takes: whole numbers, slices, None, lists of whole numbers; with lists, entries may repeat.

    y         = x[index]                                                           (1)
    L^x[i, j] = 1 if entry i of y is entry j of x, else 0; so gradients of repeats add   (2)
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix
from ..moving import moved
from ..point import Point


class Take(Layer):
    index: Any = 0

    def forward(self, x: Any) -> Any:
        return x[self.index]  # (1)

    def L_x(self, x: Any) -> Matrix:
        return moved(taken_at, x.shape, pickle.dumps(self.index)).fill(1.0)  # (2)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, index: Any, *shape: int) -> Point:
            return Point(cls(index=index), {"x": rng.standard_normal(shape)}, name)

        yield point("typical", 0, n, n + 1)
        yield point("one entry", 2, n + 2)
        yield point("one entry of a matrix", (1, -1), 2, n)
        yield point("with repeats", [0, 2, 0, 0, 1], 4, n)
        yield point("pairs, with repeats", ([0, 1, 0], [2, 0, 2]), 2, 3)
        yield point("columns", (slice(None), [1, 0, 1]), n, 3)
        yield point("a reversed slice", (slice(None, None, -1), slice(1, None, 2)), 3, 5)
        yield point("lists apart", ([0, 1], slice(None), [1, 1]), 2, 3, 2)
        yield point("a new axis", (..., None), 2, 3)
        yield Point(cls(index=[1, 1]), {"x": rng.integers(-2, 3, (3, 2)).astype(float)}, "whole numbers")


def taken_at(x: np.ndarray, index: bytes) -> np.ndarray:
    """x at this index, pickled: what a slice is told apart by."""
    return np.asarray(x[pickle.loads(index)])
