"""L2Normalize: y = x / max(‖x‖, eps), along one axis.

PyTorch's F.normalize. Within each slice along `axis`, with n = max(‖x‖, eps), and s = 1 if ‖x‖ > eps, 0 if ‖x‖ < eps,
at_eps if they are equal:

    y          = x / n                                                             (1)
    L^x[i, j]  = −s y[i] y[j] / n                  i ≠ j in one slice, else 0      (2)
    L^x[i, i]  = (1 − s + s Σ y[j]²) / n           over j ≠ i: no digits are lost  (3)
    L^x        = (I − s y yᵀ) / n                  from the output; loses its digits once one y is near ±1   (4)

at_eps is a convention: 1 takes the derivative of ‖x‖ (PyTorch), 0 that of eps, 0.5 the mean of both (JAX's maximum).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..along_axis import in_slices, others, with_diagonal
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point


class L2Normalize(Layer):
    axis: int = -1
    eps: float = 1e-12
    at_eps: float = 1.0

    conventions = {"at_eps": (1.0, 0.0, 0.5)}

    def forward(self, x: Any) -> Any:
        return x / self._norm(x)[0]  # (1)

    def L_x(self, x: Any) -> Matrix:
        n, s = self._norm(x)
        y = self._slices(x / n)
        n, s = n.reshape(-1, 1), s.reshape(-1, 1)
        own = ((1.0 - s) + s * others(y * y)) / n  # (3)
        return in_slices(with_diagonal(_pairs(y, s / n), own), x.shape, self.axis)  # (2)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        n, s = (v.reshape(-1, 1) for v in self._norm(x))
        y = self._slices(y)
        own = (1.0 - s * y * y) / n
        return in_slices(with_diagonal(_pairs(y, s / n), own), x.shape, self.axis)  # (4)

    def _norm(self, x: Any) -> tuple[Any, Any]:
        """n and s of every slice, with the axis kept."""
        squares = (x * x).sum(axis=self.axis, keepdims=True)
        limit = self.eps * self.eps
        s = np.where(squares > limit, 1.0, np.where(squares < limit, 0.0, self.at_eps))
        return np.maximum(np.sqrt(squares), self.eps), s

    def _slices(self, a: Any) -> Any:
        """The slices of `a` along the axis, one a row, in the order of the other axes."""
        a = np.moveaxis(a, self.axis, -1)
        return a.reshape(-1, a.shape[-1])

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        def wrong(name: str, text: str, blocks: Any) -> Mistake:
            return Mistake(name, text, in_slices(blocks, x.shape, self.axis))

        n, s = self._norm(x)
        y = self._slices(x / n)
        n, s = n.reshape(-1, 1, 1), s.reshape(-1, 1, 1)
        unit, yy = np.eye(y.shape[1]), s * y[:, :, None] * y[:, None, :]
        text = "the norm is held fixed: the term − y (g · y) is missing"
        yield wrong("norm-held-fixed", text, unit / n + 0 * yy)
        other = (1.0 - s) * y[:, :, None] * y[:, None, :]
        text = "the branches are exchanged: the term − y (g · y) is there below eps, and missing above"
        yield wrong("branches-exchanged", text, (unit - other) / n)
        text = "the term y (g · y) has x in place of y: it lacks its division by the squared norm"
        yield wrong("second-term-unscaled", text, (unit - n * n * yy) / n)
        text = "the division by the norm is missing: it is g − y (g · y)"
        yield wrong("not-divided", text, unit - yy)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": rng.standard_normal((3, n))}, "typical")
        yield Point(cls(), {"x": rng.standard_normal(n + 1)}, "one slice")
        yield Point(cls(axis=0), {"x": rng.standard_normal((n, 2))}, "over rows")
        yield Point(cls(axis=-2), {"x": rng.standard_normal((2, 3, 2))}, "over a middle axis")
        yield Point(cls(), {"x": np.array([[100.0, -0.25, 0.5], [0.125, -1e-3, 70.0]])}, "saturated")
        yield Point(cls(), {"x": rng.standard_normal((2, 4)) * np.array([[1e6], [1e-6]])}, "large and tiny")
        yield Point(cls(eps=100.0), {"x": rng.standard_normal(4)}, "below eps")
        yield Point(cls(), {"x": rng.standard_normal((3, 1))}, "slices of one entry")
        whole = np.array([[0.0, 3.0, -4.0], [0.0, 0.0, 0.0], [2.0, -1.0, 2.0], [6.0, 0.0, -8.0]])
        yield Point(cls(eps=5.0), {"x": whole}, "whole numbers, at eps, below and above")


def _pairs(y: Any, factor: Any) -> Any:
    """−`factor` y[i] y[j] of each row, symmetric to the last digit."""
    pairs = y[:, :, None] * y[:, None, :]
    pairs *= -factor[:, :, None]
    return pairs
