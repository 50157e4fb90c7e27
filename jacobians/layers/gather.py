"""Gather: y[i] = x[index[i]] along one axis.

NumPy's take_along_axis and PyTorch's gather: each entry of the index says where along `axis` its entry of y is read;
along the other axes y and x go together. Whole numbers from 0 on; an entry may be read more than once.

    y[i, j, …]  = x[index[i, j, …], j, …]        for axis 0, and likewise along others     (1)
    L^x[i, j]   = 1 if entry i of y is entry j of x, else 0; so gradients of repeats add   (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix, entries, picks
from ..mistake import Mistake
from ..moving import numbered
from ..point import Point


class Gather(Layer):
    axis: int = 0

    constant = ("index",)

    def forward(self, x: Any, index: Any) -> Any:
        return np.take_along_axis(x, index, self.axis)  # (1)

    def L_x(self, x: Any, index: Any) -> Matrix:
        j = self._places(x, index)
        return picks(j, x.size)  # (2)

    def _places(self, x: Any, index: Any) -> np.ndarray:
        return np.take_along_axis(numbered(x.shape), index, self.axis).ravel()

    def mistakes(self, a: str, /, x: Any, index: Any) -> Iterator[Mistake]:
        j = self._places(x, index)
        last = j.size - 1 - np.unique(j[::-1], return_index=True)[1]
        text = "assigned, not added: an entry read more than once gets the gradient of its last reader alone"
        yield Mistake("assigned-not-added", text, entries(last, j[last], 1.0, (j.size, x.size)))
        each = 1.0 / np.bincount(j, minlength=x.size)[j]
        text = "the gradients of an entry read more than once are averaged, in place of added"
        yield Mistake("averaged-not-added", text, entries(np.arange(j.size), j, each, (j.size, x.size)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, axis: int, shape: tuple[int, ...], count: int) -> Point:
            chosen = (*shape[:axis], count, *shape[axis:][1:])
            index = rng.integers(0, shape[axis], chosen)
            return Point(cls(axis=axis), {"x": rng.standard_normal(shape), "index": index}, name)

        yield point("typical", 1, (2, n), n + 2)
        yield point("along rows", 0, (3, n), 4)
        yield point("a vector", 0, (n,), 2 * n)
        yield point("a middle axis", 1, (2, 3, 2), 4)
        yield point("fewer than there are", 1, (3, n + 1), 1)
        yield point("of a single entry", 0, (1, 3), 5)
        last = {"x": rng.standard_normal((2, 4)), "index": np.array([[3, 0, 3, 3, 1], [2, 2, 2, 2, 2]])}
        yield Point(cls(axis=-1), last, "known repeats")
        whole = {"x": rng.integers(-2, 3, (3, 2)).astype(float), "index": rng.integers(0, 3, (5, 2))}
        yield Point(cls(), whole, "whole numbers")
