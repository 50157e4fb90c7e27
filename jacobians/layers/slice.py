"""Slice: y = x[start:stop:step] along each axis.

One number, or None, for each axis in `start`, `stop` and `step`, with Python's meaning; what is not said is whole.

    y         = x[start₀:stop₀:step₀, start₁:stop₁:step₁, …]                       (1)
    L^x[i, j] = 1 if entry i of y is entry j of x, else 0                          (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import numpy as np

from ..kinds import below
from ..layer import Layer
from ..matrix import Matrix, entries
from ..mistake import Mistake
from ..moving import moved, numbered
from ..point import Point


class Slice(Layer):
    start: tuple[int | None, ...] = (1,)
    stop: tuple[int | None, ...] = ()
    step: tuple[int | None, ...] = ()

    def forward(self, x: Any) -> Any:
        return _cut(x, self.start, self.stop, self.step)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return moved(_cut, x.shape, self.start, self.stop, self.step).fill(1.0)  # (2)

    def _index(self) -> tuple[slice, ...]:
        return _index(self.start, self.stop, self.step)

    def _from(self, x: Any, j: np.ndarray) -> Matrix:
        return entries(np.arange(j.size), j, 1.0, (j.size, x.size))

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        places = numbered(x.shape)
        lengths: tuple[int, ...] = places[self._index()].shape
        text = "g is put at the beginning of each axis: start and step are left out"
        yield Mistake("start-left-out", text, self._from(x, places[tuple(map(slice, lengths))]))
        whole = [slice(None)] * (x.ndim - len(self._index()))
        at = [s.indices(n)[0] for s, n in zip([*self._index(), *whole], x.shape, strict=True)]
        near = [np.clip(first + below(n), 0, full - 1) for first, n, full in zip(at, lengths, x.shape, strict=True)]
        text = "g is put at consecutive entries from the start on: step is left out"
        yield Mistake("step-left-out", text, self._from(x, places[np.ix_(*near)]))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, start: Any, stop: Any, step: Any, *shape: int) -> Point:
            return Point(cls(start=start, stop=stop, step=step), {"x": rng.standard_normal(shape)}, name)

        yield point("typical", (1, 1), (None, n + 1), (None, 2), 3, n + 3)
        yield point("the beginning left out", (1,), (), (), n, 3)
        yield point("a step that does not divide", (0,), (None,), (3,), 2 * n + 1)
        yield point("backwards", (None, -1), (None, 0), (-1, -2), 3, n + 2)
        yield point("counted from the end", (-3, None, -1), (-1,), (), 4, 2, 3)
        yield point("beyond the end", (1,), (100,), (2,), n + 2)
        yield point("one entry", (2, 0), (3, 1), (), 4, 3)
        yield point("all of it", (), (), (), 2, n)
        values = {"x": rng.integers(-2, 3, (3, 5)).astype(float)}
        yield Point(cls(start=(None, 1), step=(2, 3)), values, "whole numbers")


Each = tuple[int | None, ...]


def _index(start: Each, stop: Each, step: Each) -> tuple[slice, ...]:
    return tuple(slice(*each) for each in zip_longest(start, stop, step))


def _cut(x: Any, start: Each, stop: Each, step: Each) -> Any:
    return x[_index(start, stop, step)]
