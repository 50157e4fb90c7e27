"""LogSoftmax: y = x/τ − log Σ exp(x/τ), along one axis.

With τ = `temperature`, z[i] = (x[i] − max x)/τ, which is at most 0, and 0 at k, the place of the largest entry (the
first of several); p = exp(y), which is softmax:

    y[i]      = z[i] − log(1 + Σⱼ exp(z[j]))       over j ≠ k; within each slice along `axis`   (1)
    L^x[i, j] = −p[j]/τ                            i ≠ j in one slice, else 0                   (2)
    L^x[i, i] = (1 − p[i])/τ = Σ p[j]/τ            over j ≠ i: no digits are lost               (3)
    L^x       = (I − 1 exp(y)ᵀ)/τ                  from the output; loses its digits once p is near 1   (4)

Most code takes the logarithm of a sum that contains the 1, and so loses the digits of a y near 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import each_row, in_slices, others, with_diagonal
from ..cut import Part, alike
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point
from .softmax import Softmax


class LogSoftmax(Layer):
    axis: int = -1
    temperature: float = 1.0

    def forward(self, x: Any) -> Any:
        x = np.moveaxis(x, self.axis, -1)
        z = (x - x.max(axis=-1, keepdims=True)) / self.temperature
        largest = np.argmax(x, axis=-1)[..., None] == np.arange(x.shape[-1])
        rest = np.where(largest, 0.0, np.exp(z)).sum(axis=-1, keepdims=True)
        return np.moveaxis(z - np.log1p(rest), -1, self.axis)  # (1)

    def L_x(self, x: Any) -> Matrix:
        p = self._slices(Softmax(self.axis, self.temperature).forward(x))
        return self._matrix(others(p), -p, x)  # (3) (2)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        p = np.exp(self._slices(y))
        return self._matrix(1.0 - p, -p, x)  # (4)

    def _slices(self, a: Any) -> Any:
        """The slices of `a` along the axis, one a row."""
        a = np.moveaxis(a, self.axis, -1)
        return a.reshape(-1, a.shape[-1])

    def _matrix(self, own: Any, other: Any, x: Any) -> Matrix:
        """For each slice, entry i of `own` at (i, i) and entry j of `other` at (i, j), divided by τ."""
        own, other = own / self.temperature, other / self.temperature
        return in_slices(with_diagonal(each_row(other), own), x.shape, self.axis)

    def cut(self, rows: int, /, x: Any) -> Iterator[Part]:
        return alike(rows, x.shape, self.axis % x.ndim, x=x.shape)

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        p = self._slices(Softmax(self.axis, self.temperature).forward(x))
        text = "it is g − p g: the sum of g over the slice is missing"
        yield Mistake("missing-sum", text, self._matrix(1 - p, 0 * p, x))
        yield Mistake("missing-own-term", "it is −p Σ g: the term g is missing", self._matrix(-p, -p, x))
        text = "it is softmax's own derivative: the logarithm's is missing"
        yield Mistake("softmax", text, Softmax(self.axis, self.temperature).L_x(x))
        if self.temperature != 1:
            text = "it is not divided by the temperature"
            yield Mistake("missing-temperature", text, self.L_x(x) * self.temperature)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        # nowhere is one p near 1: code that loses the digits of a y near 0 is not at fault for it
        yield Point(cls(), {"x": rng.uniform(-1, 1, n + 1)}, "typical")
        yield Point(cls(), {"x": rng.uniform(-1, 1, (2, n + 1))}, "several slices")
        yield Point(cls(axis=1), {"x": rng.uniform(-1, 1, (2, 4, 2))}, "over a middle axis")
        tied = np.array([[40.0, -40.0, 40.0], [-1000.0, 1000.0, 1000.0]])
        yield Point(cls(), {"x": tied}, "saturated, two largest entries")
        yield Point(cls(), {"x": 300.0 + rng.uniform(-1, 1, 5)}, "far from zero")
        yield Point(cls(axis=0), {"x": rng.standard_normal((4, 2)) * 1e-6}, "nearly equal entries")
        yield Point(cls(), {"x": rng.standard_normal((3, 1))}, "slices of one entry")
        yield Point(cls(temperature=4.0), {"x": 4.0 * rng.uniform(-1, 1, n)}, "at a high temperature")
        yield Point(cls(axis=-2), {"x": rng.integers(-1, 2, (4, 3)).astype(float)}, "whole numbers")
