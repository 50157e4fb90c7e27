"""Pad: y = x with a constant around it.

widths[k] is how many entries come before and after along axis k: one pair for each axis of x.

    y          = x in the middle, `value` around it                                (1)
    L^x[i, j]  = 1 if entry j of x lands at entry i of y, else 0                   (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..moving import moved
from ..point import Point


class Pad(Layer):
    widths: tuple[tuple[int, int], ...] = ((1, 2),)
    value: float = 0.0

    def forward(self, x: Any) -> Any:
        return np.pad(x, self.widths, constant_values=self.value)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return self._from(x, self.widths)  # (2)

    def _from(self, x: Any, widths: tuple[tuple[int, int], ...]) -> Matrix:
        return moved(_within, x.shape, widths).fill(1.0)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        swapped = tuple((after, before) for before, after in self.widths)
        text = "the middle is taken from the width after x, in place of the width before it"
        yield Mistake("swapped-widths", text, self._from(x, swapped))
        cut = 0.0 if any(after == 0 for _, after in self.widths) else 1.0
        text = "the middle is taken as [before:-after], which is empty where no entry comes after"
        yield Mistake("empty-where-zero", text, cut * self._from(x, self.widths))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, widths: tuple[tuple[int, int], ...], *shape: int, value: float = 0.0) -> Point:
            return Point(cls(widths=widths, value=value), {"x": rng.standard_normal(shape)}, name)

        yield point("typical", ((1, 2), (2, 0)), 2, n)
        yield point("a vector", ((1, 2),), n + 1)
        yield point("none before", ((0, 3),), n)
        yield point("none at all", ((0, 0), (0, 0)), n, 2)
        yield point("one axis of three", ((0, 0), (2, 1), (0, 0)), 2, 3, 2)
        yield point("another value", ((2, 1), (1, 1)), 2, 3, value=-1.5)
        yield point("wider than x", ((4, 5),), 1)
        yield Point(cls(widths=((1, 1), (0, 2))), {"x": rng.integers(-2, 3, (2, 3)).astype(float)}, "whole numbers")


def _within(x: np.ndarray, widths: tuple[tuple[int, int], ...]) -> np.ndarray:
    """x with −1 around it."""
    return np.pad(x, widths, constant_values=-1)
