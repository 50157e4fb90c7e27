"""The pointwise family: y[i] = h(x[i]), for data of any shape.

    y    = h(x)                entry by entry                                      (1)
    L^x  = diag(h'(vec x))     the chapter's H', one entry a row                   (2)

A pointwise layer writes h and dh (= h'). Where fast code usually computes h' from the stored output y instead
(sigmoid: y(1 − y)), it may also write dh_from_output(y): the verdict then knows how many digits that form can keep.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np

from .cut import Part, alike
from .layer import Layer
from .matrix import Matrix, diag
from .point import Point


class Pointwise(Layer, abstract=True):
    """A layer that does the same to every entry by itself."""

    @abstractmethod
    def h(self, x: Any) -> Any:
        """h(x), entry by entry."""

    @abstractmethod
    def dh(self, x: Any) -> Any:
        """h'(x), entry by entry."""

    def dh_from_output(self, y: Any) -> Any:
        """h'(x) from y = h(x), the form that saves only y; None where there is none in use."""
        return None

    def forward(self, x: Any) -> Any:
        return self.h(x)  # (1)

    def L_x(self, x: Any) -> Matrix:
        return diag(self.dh(x))  # (2)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix | None:
        d = self.dh_from_output(y)
        return None if d is None else diag(d)

    def cut(self, rows: int, /, x: Any) -> Iterator[Part]:
        return alike(rows, x.shape, x=x.shape)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        """Points of any pointwise layer that is defined on all real numbers."""
        x = rng.standard_normal((n, n + 1))
        yield Point(cls(), {"x": x}, "typical")
        yield Point(cls(), {"x": rng.standard_normal(3 * n + 1) * 6}, "wide")
        yield Point(cls(), {"x": np.array([[40.0, -40.0, 30.5], [-27.25, 18.0, -16.75]])}, "saturated")
        yield Point(cls(), {"x": x[:2] * 1e-6}, "tiny")
        whole = rng.integers(-2, 3, (3, 5)).astype(float)
        whole[1, 2] = 0.0
        yield Point(cls(), {"x": whole}, "whole numbers, with zeros")
        yield Point(cls(), {"x": rng.standard_normal((1, 1, 1))}, "a single entry")
