"""ScatterAdd: y = base, with each src[i] added at index[i] along one axis.

PyTorch's scatter_add: each entry of the index says where along `axis` its entry of src is added; along the other axes
src, base and y go together. Whole numbers from 0 on; several may go to one place, and some places get none.

    y[k, j, …]    = base[k, j, …] + Σ src[i, j, …]      over i with index[i, j, …] = k, for axis 0    (1)
    L^base        = I                                                                                 (2)
    L^src[i, j]   = 1 if entry j of src is added at entry i of y, else 0                              (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import below, where
from ..layer import Layer
from ..matrix import I, Matrix, diag, entries
from ..mistake import Mistake
from ..moving import numbered
from ..point import Point


class ScatterAdd(Layer):
    axis: int = 0

    constant = ("index",)

    def forward(self, base: Any, index: Any, src: Any) -> Any:
        own, to, from_ = (np.moveaxis(v, self.axis, -1)[..., None, :] for v in (base, index, src))
        hits = to == below(own.shape[-1])[:, None]
        terms = np.concatenate([np.swapaxes(own, -1, -2), where(hits, from_, 0.0)], axis=-1)
        return np.moveaxis(terms.sum(axis=-1), -1, self.axis)  # (1)

    def L_base(self, base: Any, index: Any, src: Any) -> Matrix:
        return I(base.size)  # (2)

    def L_src(self, base: Any, index: Any, src: Any) -> Matrix:
        return entries(self._places(base, index), np.arange(src.size), 1.0, (base.size, src.size))  # (3)

    def _places(self, base: Any, index: Any) -> np.ndarray:
        return np.take_along_axis(numbered(base.shape), index, self.axis).ravel()

    def mistakes(self, a: str, /, base: Any, index: Any, src: Any) -> Iterator[Mistake]:
        i = self._places(base, index)
        if a == "base":
            untouched = np.bincount(i, minlength=base.size) == 0
            text = "it is 0 where something was added, as if base had been overwritten there"
            yield Mistake("overwritten-not-added", text, diag(untouched.astype(float)))
        else:
            last = i.size - 1 - np.unique(i[::-1], return_index=True)[1]
            text = "of several entries added at one place the last alone gets a gradient, as if it had overwritten"
            yield Mistake("last-alone", text, entries(i[last], last, 1.0, (base.size, src.size)))
            each = 1.0 / np.bincount(i, minlength=base.size)[i]
            text = "divided by how many are added at the same place, as if y were their mean"
            yield Mistake("averaged-not-added", text, entries(i, np.arange(i.size), each, (base.size, src.size)))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, axis: int, shape: tuple[int, ...], count: int, scale: float = 1.0) -> Point:
            chosen = (*shape[:axis], count, *shape[axis:][1:])
            values = {"base": rng.standard_normal(shape) * scale, "index": rng.integers(0, shape[axis], chosen)}
            return Point(cls(axis=axis), values | {"src": rng.standard_normal(chosen)}, name)

        yield point("typical", 1, (2, n), n + 2)
        yield point("along rows", 0, (3, n), 4)
        yield point("a vector", 0, (n,), 2 * n)
        yield point("a middle axis", 1, (2, 3, 2), 4)
        yield point("onto a single entry", 0, (1, 3), 5)
        yield point("onto a large base", 1, (2, 3), 4, 1e6)
        last = {"base": rng.standard_normal((2, 4)), "index": np.array([[3, 0, 3], [2, 2, 2]])}
        yield Point(cls(axis=-1), last | {"src": rng.standard_normal((2, 3))}, "known repeats")
        whole = {"base": rng.integers(-2, 3, (3, 2)).astype(float), "index": rng.integers(0, 3, (5, 2))}
        yield Point(cls(), whole | {"src": rng.integers(-2, 3, (5, 2)).astype(float)}, "whole numbers")
