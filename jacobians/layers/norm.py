"""Norm: y = (Σ |x|^p)^(1/p) over one axis, or over all entries.

The p-norm for a number p ≥ 1: p = 2 is Euclid's.

    y          = (Σ |x|^p)^(1/p)        over `axis` (None: over every entry, y a scalar)   (1)
    L^x[i, j]  = sign(x[j]) (|x[j]|/y[i])^(p − 1)    for the terms of entry i of y, else 0; x[j]/y[i] for p = 2   (2)
    L^x[i, j]  = 0 where y[i] = 0                                                  (3)

At x = 0 the norm has no derivative; (3) is PyTorch's choice, the least of its subgradients. For p = 1 the kinks are at
every x[j] = 0, where sign(0) = 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import reduction, terms
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point


class Norm(Layer):
    axis: int | None = None
    p: float = 2.0

    def forward(self, x: Any) -> Any:
        if self.p == 1:
            return np.abs(x).sum(axis=self.axis)
        if self.p == 2:
            return np.sqrt((x * x).sum(axis=self.axis))
        return (np.abs(x) ** self.p).sum(axis=self.axis) ** (1.0 / self.p)  # (1)

    def L_x(self, x: Any) -> Matrix:
        if self.p == 1:
            return reduction(np.sign(x), self.axis)
        y = self.forward(x).reshape(-1)
        y = np.where(y == 0, 1.0, y)[terms(x.shape, self.axis).rows].reshape(x.shape)  # (3)
        if self.p == 2:
            return reduction(x / y, self.axis)
        return reduction(np.sign(x) * (np.abs(x) / y) ** (self.p - 1.0), self.axis)  # (2)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        y = self.forward(x).reshape(-1)[terms(x.shape, self.axis).rows].reshape(x.shape)
        power = np.sign(x) * np.abs(x) ** (self.p - 1.0)
        if self.p != 1:
            text = "it is not divided by the norm: the derivative of Σ |x|^p / p, without its root"
            yield Mistake("root-left-out", text, reduction(power, self.axis))
            text = "it is divided by the sum Σ |x|^p, in place of a power of the norm"
            yield Mistake("divided-by-sum", text, reduction(power / np.where(y == 0, 1.0, y**self.p), self.axis))
            text = "each entry's |x| is differentiated by itself: it is sign(x) times g"
            yield Mistake("sign-alone", text, reduction(np.sign(x), self.axis))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(axis=1), {"x": rng.standard_normal((n, n + 1))}, "typical")
        yield Point(cls(), {"x": rng.standard_normal((2, n))}, "over all entries")
        yield Point(cls(axis=0, p=3.0), {"x": rng.standard_normal((n, 2))}, "p = 3, over rows")
        yield Point(cls(axis=-2, p=1.0), {"x": rng.standard_normal((2, 3, 2))}, "p = 1, over a middle axis")
        yield Point(cls(axis=-1, p=1.5), {"x": rng.standard_normal((3, n))}, "p = 3/2")
        yield Point(cls(axis=1), {"x": rng.standard_normal((2, 4)) * np.array([[1e6], [1e-6]])}, "large and tiny")
        yield Point(cls(axis=1), {"x": np.array([[0.0, 0.0, 0.0], [0.0, 3.0, -4.0]])}, "at zero")
        yield Point(cls(axis=1), {"x": rng.standard_normal((3, 1))}, "over an axis of one")
        whole = rng.integers(-2, 3, (3, 5)).astype(float)
        yield Point(cls(axis=0, p=1.0), {"x": whole}, "whole numbers, p = 1, with zeros")
